using System.IO.Compression;
using System.Reflection.Metadata;
using System.Xml.Linq;

namespace MetaEmbed.Packages.Tests;

/// <summary>What a package carries besides its code.</summary>
public sealed class ContentTests(Feed feed)
{
    public static TheoryData<string, string[]> Libraries => new()
    {
        { "MetaEmbed.Inference", [] },
        { "MetaEmbed", ["MetaEmbed.Inference"] },
        { "MetaEmbed.Import", ["MetaEmbed"] },
        { "MetaEmbed.Serving", ["MetaEmbed.Inference"] },
        { "MetaEmbed.ML", ["MetaEmbed"] },
        { "MetaEmbed.Interchange", ["MetaEmbed"] },
    };

    [Theory]
    [MemberData(nameof(Libraries))]
    public void A_library_has_a_readme_a_licence_documentation_and_symbols(string name, string[] own)
    {
        using var package = ZipFile.OpenRead(Path.Combine(feed.Packages, $"{name}.{Feed.Version}.nupkg"));
        foreach (var entry in new[] { "README.md", "LICENSE", $"lib/net10.0/{name}.dll", $"lib/net10.0/{name}.xml" })
            Assert.True(package.GetEntry(entry)?.Length > 0, $"{name} has no {entry}");
        var (metadata, space) = Metadata(package, name);
        Assert.Equal("Apache-2.0", metadata.Element(space + "license")!.Value);
        Assert.NotEqual("", metadata.Element(space + "description")!.Value);
        var dependencies = metadata.Descendants(space + "dependency").ToDictionary(one => one.Attribute("id")!.Value, one => one.Attribute("version")!.Value);
        Assert.Equal(own.Order(), dependencies.Keys.Where(id => id.StartsWith("MetaEmbed", StringComparison.Ordinal)).Order());
        Assert.All(own, id => Assert.Equal(Feed.Version, dependencies[id]));
        if (name == "MetaEmbed.Inference")
            Assert.Empty(dependencies);

        using var symbols = ZipFile.OpenRead(Path.Combine(feed.Packages, $"{name}.{Feed.Version}.snupkg"));
        using var text = new MemoryStream();
        using (var pdb = symbols.GetEntry($"lib/net10.0/{name}.pdb")!.Open())
            pdb.CopyTo(text);
        text.Position = 0;
        using var provider = MetadataReaderProvider.FromPortablePdbStream(text);
        Assert.NotEmpty(provider.GetMetadataReader().Documents);
    }

    [Fact]
    public void The_command_is_a_tool_with_the_native_parts_of_usual_platforms_only()
    {
        using var package = ZipFile.OpenRead(Path.Combine(feed.Packages, $"MetaEmbed.Cli.{Feed.Version}.nupkg"));
        var (metadata, space) = Metadata(package, "MetaEmbed.Cli");
        Assert.Equal("DotnetTool", metadata.Descendants(space + "packageType").Single().Attribute("name")!.Value);
        Assert.NotNull(package.GetEntry("README.md"));
        var platforms = package.Entries.Where(entry => entry.FullName.Contains("/runtimes/", StringComparison.Ordinal)).Select(entry => entry.FullName.Split('/')[4]).Distinct();
        Assert.All(platforms, platform => Assert.Contains(
            platform, new[] { "win", "unix", "linux", "osx", "win-x64", "win-arm64", "linux-x64", "linux-arm64", "linux-musl-x64", "linux-musl-arm64", "osx-x64", "osx-arm64" }));
        Assert.InRange(new FileInfo(Path.Combine(feed.Packages, $"MetaEmbed.Cli.{Feed.Version}.nupkg")).Length, 1, 60_000_000);
    }

    private static (XElement Metadata, XNamespace Space) Metadata(ZipArchive package, string name)
    {
        using var stream = package.GetEntry(name + ".nuspec")!.Open();
        var root = XDocument.Load(stream).Root!;
        return (root.Element(root.Name.Namespace + "metadata")!, root.Name.Namespace);
    }
}
