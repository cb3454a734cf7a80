namespace MetaEmbed.Cli.Tests;

/// <summary>The scripts at the root, with a dotnet that only writes down what it was asked.</summary>
public sealed class ScriptTests
{
    private const string FakeDotnet = """
        #!/usr/bin/env bash
        echo "$1" >> "$LOG"
        if [ "$1" = build ]; then
            [ ! -e "$BROKEN" ] || { echo "Thing.cs(1,1): error CS0001: broken"; exit 1; }
            mkdir -p "$TREE/src/MetaEmbed.Cli/bin/Release/net10.0"
            touch "$TREE/src/MetaEmbed.Cli/bin/Release/net10.0/MetaEmbed.Cli.dll"
        else
            echo "started ${@:2}"
        fi

        """;

    private const string FakeTests = """
        #!/usr/bin/env bash
        while [ $# -gt 1 ]; do [ "$1" = -result-xml ] && report=$2; shift; done
        [ -z "%ATTRIBUTES%" ] || echo '<assemblies><assembly name="x" %ATTRIBUTES% ></assembly></assemblies>' > "$report"
        echo "   something went on"
        exit %CODE%

        """;

    [Fact]
    public void The_launcher_builds_once_and_again_when_a_source_is_newer()
    {
        using var tree = Tree("metaembed");
        var first = Launch(tree, "train", "--help");
        Assert.Equal((0, $"started train --help\n"), (first.Code, first.Output));
        Launch(tree, "presets");
        Assert.Equal(1, Builds(tree));

        File.SetLastWriteTimeUtc(tree.Write("src/MetaEmbed/New.cs", "class New;"), DateTime.UtcNow.AddSeconds(1));
        Launch(tree, "presets");
        Assert.Equal(2, Builds(tree));
    }

    [Fact]
    public void The_launcher_ignores_what_the_build_makes()
    {
        using var tree = Tree("metaembed");
        Launch(tree, "presets");
        File.SetLastWriteTimeUtc(tree.Write("src/MetaEmbed/obj/made.cs", ""), DateTime.UtcNow.AddSeconds(1));
        Launch(tree, "presets");
        Assert.Equal(1, Builds(tree));
    }

    [Fact]
    public void The_launcher_shows_why_a_build_failed()
    {
        using var tree = Tree("metaembed");
        tree.Write("broken", "");
        var outcome = Launch(tree, "presets");
        Assert.Equal(1, outcome.Code);
        Assert.Contains("error CS0001: broken", outcome.Error, StringComparison.Ordinal);
        Assert.Equal("", outcome.Output);
    }

    [Theory]
    [InlineData("passed=\"7\" failed=\"0\" skipped=\"0\" errors=\"0\"", 0, "7 passed, 0 failed", 0)]
    [InlineData("passed=\"7\" failed=\"0\" skipped=\"2\" errors=\"0\"", 0, "7 passed, 0 failed, 2 skipped", 0)]
    [InlineData("passed=\"7\" failed=\"1\" skipped=\"0\" errors=\"0\"", 1, "7 passed, 1 failed", 1)]
    [InlineData("passed=\"7\" failed=\"0\" skipped=\"0\" errors=\"1\"", 1, "7 passed, 1 failed", 1)]
    [InlineData("passed=\"0\" failed=\"0\" skipped=\"0\" errors=\"0\"", 0, "0 passed, 0 failed", 1)]
    [InlineData("passed=\"0\" failed=\"0\" skipped=\"3\" errors=\"0\"", 0, "0 passed, 0 failed, 3 skipped", 1)]
    [InlineData("", 134, "0 passed, 1 failed", 1)]
    public void The_last_line_of_the_test_script_counts(string attributes, int code, string lastLine, int expectedCode)
    {
        using var tree = Tree("test");
        tree.Write("tests/Some.Tests/Some.Tests.csproj", "");
        Executable(tree.Write("tests/Some.Tests/bin/Release/net10.0/Some.Tests",
            FakeTests.Replace("%ATTRIBUTES%", attributes, StringComparison.Ordinal).Replace("%CODE%", $"{code}", StringComparison.Ordinal)));
        var outcome = Run(tree, "test");
        Assert.Equal((expectedCode, lastLine), (outcome.Code, outcome.OutputLines[^1]));
    }

    [Fact]
    public void The_test_script_fails_where_the_build_fails()
    {
        using var tree = Tree("test");
        tree.Write("broken", "");
        var outcome = Run(tree, "test");
        Assert.Equal((1, "0 passed, 1 failed"), (outcome.Code, outcome.OutputLines[^1]));
        Assert.Contains("error CS0001: broken", outcome.Output, StringComparison.Ordinal);
    }

    private static TemporaryFolder Tree(string script)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the scripts need bash");
        var tree = new TemporaryFolder();
        foreach (var project in new[] { "MetaEmbed.Cli", "MetaEmbed.Import", "MetaEmbed", "MetaEmbed.Inference" })
            tree.Write($"src/{project}/Thing.cs", "");
        foreach (var file in new[] { "Directory.Build.props", "Directory.Packages.props", "global.json" })
            tree.Write(file, "");
        Executable(tree.Write("bin/dotnet", FakeDotnet));
        Executable(tree.Write(script, File.ReadAllText(Path.Combine(RepositoryRoot(), script))));
        return tree;
    }

    private static Outcome Launch(TemporaryFolder tree, params string[] args) => Run(tree, "metaembed", args);

    private static Outcome Run(TemporaryFolder tree, string script, params string[] args) =>
        Metaembed.Finish(Metaembed.Start(tree[script], new Dictionary<string, string>
        {
            ["PATH"] = tree["bin"] + Path.PathSeparator + Environment.GetEnvironmentVariable("PATH"),
            ["LOG"] = tree["log"],
            ["TREE"] = tree.Root,
            ["BROKEN"] = tree["broken"],
        }, args));

    private static int Builds(TemporaryFolder tree) => File.ReadLines(tree["log"]).Count(line => line == "build");

    private static void Executable(string path)
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "MetaEmbed.slnx")))
            folder = folder.Parent!;
        return folder.FullName;
    }
}
