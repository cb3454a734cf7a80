using MetaEmbed.Shared.Tests;

namespace MetaEmbed.Serving.Tests;

/// <summary>
/// The client in <c>samples/client</c> is generated from what a running service says of itself, and works.
/// With METAEMBED_ACCEPT_CLIENT=1 the test writes the generated file; the change then shows in the diff.
/// </summary>
public sealed class ClientTests : IDisposable
{
    private const string Accept = "METAEMBED_ACCEPT_CLIENT";
    private readonly string _folder = Directory.CreateTempSubdirectory("metaembed-client-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static string Sample => Path.Combine(Programs.Repository, "samples", "client");

    [Fact]
    public async Task The_kept_client_is_the_one_that_the_description_makes()
    {
        await using var service = await Service.StartAsync();
        var made = await GeneratedClient.OfAsync((await service.Get("/openapi/v1.json")).Text);
        var file = Path.Combine(Sample, "MetaEmbedClient.g.cs");
        if (Environment.GetEnvironmentVariable(Accept) == "1")
            await File.WriteAllTextAsync(file, made, TestContext.Current.CancellationToken);
        var kept = File.Exists(file) ? (await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken)).ReplaceLineEndings("\n") : "";
        Assert.True(
            kept == made,
            $"samples/client/MetaEmbedClient.g.cs is not what /openapi/v1.json makes. Run {Accept}=1 dotnet run --project tests/MetaEmbed.Serving.Tests -c Release -- -class {typeof(ClientTests).FullName}");
    }

    [Fact]
    public void The_sample_asks_a_real_server_for_everything_and_gets_a_mistake_as_problem_details()
    {
        var model = Path.Combine(_folder, "small.metaembed");
        SmallModel.Write(model);
        var built = Path.Combine(_folder, "built");
        Programs.Build(Sample, built);
        using var service = ServeProcess.Start("--model", model, "--events", Path.Combine(_folder, "events"));
        var said = Programs.Run("dotnet", Path.Combine(built, "client.dll"), service.Client.BaseAddress!.ToString()).Output;
        string[] expected =
        [
            "60 items, 6 users",
            "by History:",
            "because of Title 5", // the two most popular are 59 and 58
            "batch: 10 by Popular, 5 by History",
            "similar to Title 59 of Group F: Title ",
            "ann: by History from 1 event",
            "400 urn:metaembed:problem:invalid-request at #/k: Give a whole number from 1 to 1000.",
        ];
        Assert.All(expected, line => Assert.Contains(line, said, StringComparison.Ordinal));
    }
}
