using System.Globalization;
using System.Text.RegularExpressions;
using MetaEmbed.Inference;
using MetaEmbed.Shared.Tests;

namespace MetaEmbed.Device.Tests;

/// <summary>What is compiled ahead of time answers as the library does.</summary>
public sealed partial class NativeTests(NativeBuild build) : IClassFixture<NativeBuild>
{
    private static readonly int[] History = [1, 17, 30, 42];

    [Fact]
    public void The_console_sample_is_one_file_that_ranks_in_a_moment()
    {
        Programs.RequireNativeAot();
        var (output, error) = Programs.Run(build.Console, NativeBuild.Sample("device"), "1,17,30,42", "6");
        Assert.Equal(Expected("device", 6), Lists(output));
        Assert.DoesNotContain(Directory.EnumerateFiles(Path.GetDirectoryName(build.Console)!), file => Path.GetExtension(file) is ".dll" or ".so" or ".json");
        var fastest = int.MaxValue;
        for (var round = 0; round < 7; round++)
        {
            (_, error) = Programs.Run(build.Console, NativeBuild.Sample("device"), "1,17,30,42", "6");
            fastest = Math.Min(fastest, int.Parse(Since().Match(error).Groups[1].Value, CultureInfo.InvariantCulture));
        }

        // The fastest of a few: other tests run beside it. The system counts a process's start in steps of 10 ms.
        Assert.InRange(fastest, 0, 60);
    }

    [Fact]
    public void The_console_sample_runs_on_Arm64()
    {
        Programs.RequireNativeAot();
        Programs.Require("qemu-aarch64-static", "aarch64-linux-gnu-gcc");
        var folder = Path.Combine(build.Folder, "arm64");
        Programs.Publish("samples/device-console", folder, "-r", "linux-arm64", "-p:ObjCopyName=aarch64-linux-gnu-objcopy");
        foreach (var kind in new[] { "device", "table", "exact" })
        {
            var (output, _) = Programs.Run("qemu-aarch64-static", "-L", "/usr/aarch64-linux-gnu", Path.Combine(folder, "device-console"), NativeBuild.Sample(kind), "1,17,30,42", "6");
            Assert.Equal(Expected(kind, 6), Lists(output));
        }
    }

    [Theory]
    [InlineData("device")]
    [InlineData("table")]
    [InlineData("exact")]
    public void The_library_answers_a_C_program(string kind)
    {
        Programs.RequireNativeAot();
        Programs.Require("gcc");
        var program = Path.Combine(build.Folder, "client");
        if (!File.Exists(program))
        {
            Programs.Run("gcc", "-std=c99", "-Wall", "-Wextra", "-Werror", "-pedantic", "-I", Path.Combine(Programs.Repository, "src/MetaEmbed.Native"),
                Path.Combine(AppContext.BaseDirectory, "client.c"), build.Library, "-Wl,-rpath," + Path.GetDirectoryName(build.Library), "-o", program);
        }

        Assert.Equal(Expected(kind, 6), Lists(Programs.Run(program, NativeBuild.Sample(kind)).Output));
    }

    [Fact]
    public void The_library_answers_Python()
    {
        Programs.RequireNativeAot();
        Programs.Require("python3");
        var (output, _) = Programs.Run("python3", Path.Combine(AppContext.BaseDirectory, "client.py"), build.Library, NativeBuild.Sample("table"));
        Assert.Equal(Expected("table", 6), Lists(output));
    }

    /// <summary>Item, score and name of each entry, as .NET gives them.</summary>
    private static List<(int Item, float Score, string Name)> Expected(string kind, int k)
    {
        using var model = Recommender.Open(NativeBuild.Sample(kind));
        var best = new Recommendation[k];
        var count = model.RecommendFromHistory(History, best);
        return [.. best.Take(count).Select(entry => (entry.Item, entry.Score, model.ItemName(entry.Item)))];
    }

    private static List<(int Item, float Score, string Name)> Lists(string output) => [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Select(line => line.Split('\t')).Select(cells => (int.Parse(cells[0], CultureInfo.InvariantCulture), float.Parse(cells[1], CultureInfo.InvariantCulture), cells[2]))];

    [GeneratedRegex(@"(\d+) ms since the process began")]
    private static partial Regex Since();
}
