using MetaEmbed.Shared.Tests;

namespace MetaEmbed.Device.Tests;

/// <summary>The console sample and the shared library, compiled ahead of time once for all tests.</summary>
public sealed class NativeBuild : IDisposable
{
    private readonly Lazy<string> _console;
    private readonly Lazy<string> _library;

    public NativeBuild()
    {
        _console = new(() => Publish("samples/device-console", "device-console"));
        _library = new(() => Publish("src/MetaEmbed.Native", "metaembed.so"));
    }

    /// <summary>Path of the console sample.</summary>
    internal string Console => _console.Value;

    /// <summary>Path of the shared library.</summary>
    internal string Library => _library.Value;

    internal string Folder { get; } = Directory.CreateTempSubdirectory("metaembed-").FullName;

    /// <summary>A kept sample of a kind of model file.</summary>
    internal static string Sample(string kind) => Path.Combine(AppContext.BaseDirectory, "Samples", $"v1-{kind}.metaembed");

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private string Publish(string project, string product)
    {
        var folder = Path.Combine(Folder, Path.GetFileName(project));
        Programs.Publish(project, folder, "-r", "linux-x64");
        return Path.Combine(folder, product);
    }
}
