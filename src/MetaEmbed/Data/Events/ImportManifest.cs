using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using MetaEmbed.Inference;
using MetaEmbed.Storage;

namespace MetaEmbed.Data.Events;

/// <summary>A source as it was read.</summary>
/// <param name="Name">File name without its folder.</param>
/// <param name="Format">Its format.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Checksum">XxHash128 of its bytes.</param>
/// <param name="Columns">Column by what it was used for: user, item, time, rating, weight.</param>
public sealed record ImportSource(string Name, string Format, long Bytes, string Checksum, IReadOnlyDictionary<string, string> Columns);

/// <summary>A file of the dataset.</summary>
/// <param name="Name">Path inside the folder, with slashes.</param>
/// <param name="Bytes">Length.</param>
/// <param name="Checksum">XxHash128.</param>
public sealed record ImportedFile(string Name, long Bytes, string Checksum);

/// <summary>
/// What an imported dataset was made from, and how: <c>import.json</c> in its folder. Holds no time and no path, so the
/// same import gives the same bytes.
/// </summary>
public sealed record ImportManifest
{
    /// <summary>Name of the file.</summary>
    public const string FileName = "import.json";

    /// <summary>The value of <see cref="Format"/>.</summary>
    public const string FormatName = "metaembed-dataset";

    /// <summary>The newest <see cref="FormatVersion"/> this code reads.</summary>
    public const int NewestVersion = 1;

    /// <summary>What kind of file this is.</summary>
    public string Format { get; init; } = FormatName;

    /// <summary>Version of the layout.</summary>
    public int FormatVersion { get; init; } = NewestVersion;

    /// <summary>Version of the project that made the dataset.</summary>
    public string ProjectVersion { get; init; } = (typeof(ImportManifest).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown").Split('+')[0];

    /// <summary>What was read, in its order.</summary>
    public required IReadOnlyList<ImportSource> Sources { get; init; }

    /// <summary>The catalog; null where none was given.</summary>
    public ImportSource? Catalog { get; init; }

    /// <summary>Settings by their name on the command line, those that were at work.</summary>
    public required IReadOnlyDictionary<string, string> Settings { get; init; }

    /// <summary>Where rows and pairs went.</summary>
    public required ImportCounts Counts { get; init; }

    /// <summary>Items that have a row in the catalog; null without catalog.</summary>
    public int? ItemsInCatalog { get; init; }

    /// <summary>Rows of the catalog that cannot be used or are of an item that has one already; null without catalog.</summary>
    public long? CatalogRejected { get; init; }

    /// <summary>The files of the dataset.</summary>
    public IReadOnlyList<ImportedFile> Files { get; init; } = [];

    /// <summary>Reads the manifest of a dataset folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <returns>The manifest; null where the folder has none.</returns>
    /// <exception cref="UserMistakeException">It is damaged, of another kind, or of a newer version.</exception>
    public static ImportManifest? TryLoad(string folder)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
            return null;
        try
        {
            var manifest = JsonSerializer.Deserialize(File.ReadAllBytes(path), ImportJson.Default.ImportManifest);
            if (manifest?.Format != FormatName)
                throw new UserMistakeException(path, null, $"the format is '{manifest?.Format}', not '{FormatName}'", "import the dataset anew");
            return manifest.FormatVersion is >= 1 and <= NewestVersion
                ? manifest
                : throw new UserMistakeException(path, null, $"format version {manifest.FormatVersion} is not 1 to {NewestVersion}", "use a newer metaembed");
        }
        catch (JsonException error)
        {
            throw new UserMistakeException(path, error.LineNumber + 1, "is no manifest of an import", "import the dataset anew", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UserMistakeException(path, null, $"cannot be read ({error.Message.TrimEnd('.')})", "check its permissions and the disk", error);
        }
    }

    /// <summary>Writes the manifest into a folder, with length and checksum of every file that is there.</summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="UserMistakeException">It cannot be written.</exception>
    public void Seal(string folder)
    {
        var files = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Select(file => new ImportedFile(Path.GetRelativePath(folder, file).Replace('\\', '/'), new FileInfo(file).Length, Checksum.OfFile(file)))
            .OrderBy(file => file.Name, StringComparer.Ordinal);
        AtomicFile.WriteText(Path.Combine(folder, FileName), JsonSerializer.Serialize(this with { Files = [.. files] }, ImportJson.Default.ImportManifest) + "\n");
    }
}

[JsonSourceGenerationOptions(WriteIndented = true, NewLine = "\n", PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(ImportManifest))]
internal sealed partial class ImportJson : JsonSerializerContext;
