using System.Reflection;
using PublicApiGenerator;

namespace MetaEmbed.House.Tests;

/// <summary>
/// What the packages offer changes only on purpose: the public members of each library stand in its <c>PublicApi.txt</c>.
/// With METAEMBED_ACCEPT_API=1 the test writes the file; the change then shows in the diff.
/// </summary>
public sealed class PublicApiTests
{
    private const string Accept = "METAEMBED_ACCEPT_API";

    private static readonly ApiGeneratorOptions Options = new()
    {
        IncludeAssemblyAttributes = false,
        ExcludeAttributes = ["System.Runtime.CompilerServices.CompilerGeneratedAttribute", "System.CodeDom.Compiler.GeneratedCodeAttribute"],
    };

    [Theory]
    [InlineData("MetaEmbed.Import")]
    [InlineData("MetaEmbed.Inference")]
    [InlineData("MetaEmbed.Interchange")]
    [InlineData("MetaEmbed.ML")]
    [InlineData("MetaEmbed.Serving")]
    [InlineData("MetaEmbed")]
    public void The_public_members_are_those_of_the_file(string library)
    {
        var api = Assembly.Load(library).GeneratePublicApi(Options).ReplaceLineEndings("\n") + "\n";
        var file = $"src/{library}/PublicApi.txt";
        if (Environment.GetEnvironmentVariable(Accept) == "1")
            File.WriteAllText(Path.Combine(Tree.Root, file), api);
        var kept = File.Exists(Path.Combine(Tree.Root, file)) ? Tree.Read(file).ReplaceLineEndings("\n") : "";
        var (gone, come) = (kept.Split('\n').Except(api.Split('\n')).ToList(), api.Split('\n').Except(kept.Split('\n')).ToList());
        Assert.True(
            kept == api,
            $"""
            The public members of {library} have changed. If that is meant, make what need not be public internal, then run
            {Accept}=1 dotnet run --project tests/MetaEmbed.House.Tests -c Release -- -class {typeof(PublicApiTests).FullName}
            gone: {string.Join("\n      ", gone)}
            new:  {string.Join("\n      ", come)}
            """);
    }

    [Fact]
    public void Every_packed_project_has_a_readme()
    {
        var packed = Tree.Files.Where(file => file.EndsWith(".csproj", StringComparison.Ordinal) && Tree.Read(file).Contains("<IsPackable>true", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(packed);
        Assert.All(packed, file => Assert.Contains($"{file[..file.LastIndexOf('/')]}/README.md", Tree.Files));
    }
}
