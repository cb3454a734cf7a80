using System.Xml.Linq;

[assembly: AssemblyFixture(typeof(MetaEmbed.Packages.Tests.Feed))]

namespace MetaEmbed.Packages.Tests;

/// <summary>The packages of this checkout in a folder of their own, packed once for all tests, and a place to use them.</summary>
public sealed class Feed : IDisposable
{
    /// <summary>Version of the packages; none of a registry has it.</summary>
    public const string Version = "0.1.0-local";

    public Feed()
    {
        Directory.CreateDirectory(Packages);
        // Where the restore of this checkout put packages of others, so that nothing is fetched again; ours go elsewhere.
        var cache = Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        Write("nuget.config", new XElement("configuration",
            new XElement("config", Add("globalPackagesFolder", this["cache"])),
            new XElement("packageSources", new XElement("clear"), Add("local", Packages), Add("nuget.org", "https://api.nuget.org/v3/index.json")),
            new XElement("fallbackPackageFolders", Directory.Exists(cache) ? Add("checkout", cache) : null)).ToString());
        var packed = Dotnet.Run(
            RepositoryRoot, "pack", "MetaEmbed.slnx", "-c", "Release", "--no-build", "-o", Packages, $"-p:PackageVersion={Version}", "-v", "quiet", "-nologo", "-clp:NoSummary");
        Assert.True(packed.Code == 0, packed.Text);
    }

    public string Root { get; } = Directory.CreateTempSubdirectory("metaembed-packages-").FullName;

    public string Packages => this["feed"];

    public static string RepositoryRoot { get; } = FindRoot();

    public string this[string name] => Path.Combine(Root, name);

    public string Write(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(this[name])!);
        File.WriteAllText(this[name], text);
        return this[name];
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);

    private static XElement Add(string key, string value) => new("add", new XAttribute("key", key), new XAttribute("value", value));

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "MetaEmbed.slnx")))
            folder = folder.Parent!;
        return folder.FullName;
    }
}
