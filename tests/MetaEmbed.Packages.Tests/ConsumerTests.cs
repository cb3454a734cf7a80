using System.Globalization;
using System.Text;

namespace MetaEmbed.Packages.Tests;

/// <summary>Fresh projects outside of the checkout that know nothing but the packages, with the programs of the documents.</summary>
public sealed class ConsumerTests(Feed feed)
{
    private static readonly string[] Fruit =
    [
        "apple", "pear", "fig", "plum", "cherry", "quince", "grape", "peach", "melon", "kiwi", "lemon", "lime",
        "hammer", "saw", "drill", "nail", "screw", "file", "plane", "clamp", "chisel", "level", "rasp", "vice",
    ];

    private static readonly (string Project, string Package, string Page)[] Programs =
    [
        ("page", "MetaEmbed.Import", "docs/library.md"),
        ("import", "MetaEmbed.Import", "src/MetaEmbed.Import/README.md"),
        ("memory", "MetaEmbed", "src/MetaEmbed/README.md"),
        ("device", "MetaEmbed.Inference", "src/MetaEmbed.Inference/README.md"),
    ];

    [Fact]
    public void The_programs_of_the_documents_build_and_run()
    {
        foreach (var (project, package, page) in Programs)
        {
            feed.Write($"{project}/Program.cs", CodeBlocks.Program(page));
            feed.Write($"{project}/{project}.csproj", Project(package));
        }

        feed.Write("programs.slnx", $"<Solution>{string.Concat(Programs.Select(one => $"<Project Path=\"{one.Project}/{one.Project}.csproj\" />"))}</Solution>");
        var built = Dotnet.Run(feed.Root, "build", "programs.slnx", "-c", "Release", "-v", "quiet", "-nologo", "-clp:NoSummary");
        Assert.True(built.Code == 0, built.Text);

        foreach (var (project, _, _) in Programs)
        {
            WriteEvents(project);
            // The app opens what the other program exported.
            if (project == "device")
                File.Copy(feed["import/shop.metaembed"], feed["device/shop.metaembed"]);
            var run = Dotnet.Run(feed[project], Path.Combine("bin", "Release", "net10.0", project + ".dll"));
            Assert.True(run.Code == 0, run.Text);
            var items = run.Text.Split('\n').Select(line => line.Split(' ')[0]).Where(Fruit.Contains).ToList();
            Assert.True(items.Count >= 5, run.Text);
        }
    }

    [Fact]
    public void The_command_installs_as_a_tool_and_runs()
    {
        var installed = Dotnet.Run(feed.Root, "tool", "install", "MetaEmbed.Cli", "--tool-path", "tools", "--version", Feed.Version, "--configfile", "nuget.config");
        Assert.True(installed.Code == 0, installed.Text);
        var command = feed[Path.Combine("tools", OperatingSystem.IsWindows() ? "metaembed.exe" : "metaembed")];
        WriteEvents("tool");
        Assert.StartsWith("0.1.0", Dotnet.Start(feed["tool"], command, "--version").Text, StringComparison.Ordinal);
        foreach (var line in new[] { "import events.csv --out shop", "train --data shop --run run --threads 1", "recommend --run run --user ann -k 3" })
        {
            var run = Dotnet.Start(feed["tool"], command, line.Split(' '));
            Assert.True(run.Code == 0, run.Text);
        }

        Assert.True(File.Exists(feed["tool/run/report.html"]), "the report needs the native parts of the package");
    }

    private static string Project(string package) => $"""
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <OutputType>Exe</OutputType>
            <TargetFramework>net10.0</TargetFramework>
            <Nullable>enable</Nullable>
            <ImplicitUsings>enable</ImplicitUsings>
            <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
            <WarningsNotAsErrors>NU1603</WarningsNotAsErrors>
            <InvariantGlobalization>true</InvariantGlobalization>
          </PropertyGroup>
          <ItemGroup>
            <PackageReference Include="{package}" Version="{Feed.Version}" />
          </ItemGroup>
        </Project>
        """;

    // People who buy fruit and people who buy tools.
    private void WriteEvents(string project)
    {
        var text = new StringBuilder("user,item\n");
        for (var user = 0; user < 40; user++)
        {
            for (var draw = 0; draw < 9; draw++)
                text.Append(CultureInfo.InvariantCulture, $"{(user == 0 ? "ann" : $"user-{user}")},{Fruit[(user % 2 * 12) + ((user + (draw * 5)) % 12)]}\n");
        }

        feed.Write($"{project}/events.csv", text.ToString());
    }
}
