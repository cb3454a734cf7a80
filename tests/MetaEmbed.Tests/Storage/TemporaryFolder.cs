namespace MetaEmbed.Tests.Storage;

/// <summary>A folder of a test's own, removed at its end.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public TemporaryFolder()
    {
        Root = Directory.CreateTempSubdirectory("metaembed-test-").FullName;
    }

    public string Root { get; }

    public string this[string name] => Path.Combine(Root, name);

    public string[] Names => [.. Directory.EnumerateFileSystemEntries(Root).Select(p => Path.GetFileName(p)).Order(StringComparer.Ordinal)];

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
