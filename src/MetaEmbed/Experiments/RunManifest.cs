using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using MetaEmbed.Inference;
using MetaEmbed.Storage;

namespace MetaEmbed.Experiments;

/// <summary>Where a run stands.</summary>
public enum RunState
{
    /// <summary>A process trains, or was killed while it did.</summary>
    Running,

    /// <summary>Stopped on request; it can be resumed.</summary>
    Interrupted,

    /// <summary>Trained and tested.</summary>
    Finished,
}

/// <summary>What a run was made from, by what, on what, and what it left: <c>manifest.json</c>.</summary>
public sealed record RunManifest
{
    /// <summary>The value of <see cref="Format"/>.</summary>
    public const string FormatName = "metaembed-run";

    /// <summary>The newest <see cref="FormatVersion"/> this code reads.</summary>
    public const int NewestVersion = 1;

    /// <summary>What kind of file this is.</summary>
    public string Format { get; init; } = FormatName;

    /// <summary>Version of the layout of run folders.</summary>
    public int FormatVersion { get; init; } = NewestVersion;

    /// <summary>Version of the project that made the run.</summary>
    public string ProjectVersion { get; init; } = CurrentVersion;

    /// <summary>Where it stands.</summary>
    public RunState State { get; init; }

    /// <summary>The preset that the settings started from.</summary>
    public required string Preset { get; init; }

    /// <summary>The data.</summary>
    public required RunDataset Dataset { get; init; }

    /// <summary>Where the data lay in the last session, as a full path.</summary>
    public string DataFolder { get; init; } = "";

    /// <summary>The machine of the last session.</summary>
    public required MachineInfo Machine { get; init; }

    /// <summary>Seeds by purpose: run, split.</summary>
    public required IReadOnlyDictionary<string, long> Seeds { get; init; }

    /// <summary>Threads of the last session; the result does not depend on it.</summary>
    public required int Threads { get; init; }

    /// <summary>One entry for the start and each resume.</summary>
    public IReadOnlyList<RunSession> Sessions { get; init; } = [];

    /// <summary>Seconds by what took them, all sessions together: load, partition, train, evaluate, ...</summary>
    public IReadOnlyDictionary<string, double> Timings { get; init; } = new Dictionary<string, double>();

    /// <summary>The epoch that each kept checkpoint was taken at, by stage and name: <c>coarse.best-fixed</c>; of a run that has ended.</summary>
    public IReadOnlyDictionary<string, int> BestEpochs { get; init; } = new Dictionary<string, int>();

    /// <summary>All files with their checksums, when the run was last sealed.</summary>
    public IReadOnlyList<RunFile> Files { get; init; } = [];

    /// <summary>Version of this project.</summary>
    public static string CurrentVersion { get; } =
        (typeof(RunManifest).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown").Split('+')[0];

    /// <summary>Reads a manifest.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="UserMistakeException">It is missing, damaged, of another kind, or of a newer version.</exception>
    public static RunManifest Load(string path)
    {
        RunManifest? manifest;
        try
        {
            manifest = JsonSerializer.Deserialize(File.ReadAllBytes(path), RunJson.Default.RunManifest);
        }
        catch (JsonException error)
        {
            throw new UserMistakeException(path, error.LineNumber + 1, $"is no manifest of a run ({error.Message})", "restore it from a copy, or start the run in another folder", error);
        }
        catch (Exception error) when (StorageFailure.IsStorage(error))
        {
            throw new UserMistakeException(path, null, $"cannot be read ({error.Message})", "name the folder of a run", error);
        }

        if (manifest is null || manifest.Format != FormatName)
            throw new UserMistakeException(path, null, $"the format is '{manifest?.Format}', not '{FormatName}'", "name the folder of a run");
        if (manifest.FormatVersion is < 1 or > NewestVersion)
            throw new UserMistakeException(path, null, $"format version {manifest.FormatVersion} is not 1 to {NewestVersion}", "use a newer metaembed");
        return manifest;
    }

    /// <summary>Writes the manifest, atomically.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="UserMistakeException">It cannot be written.</exception>
    public void Save(string path)
    {
        AtomicFile.WriteText(path, JsonSerializer.Serialize(this, RunJson.Default.RunManifest) + "\n");
    }

    /// <summary>Compares the files of a sealed run with their checksums.</summary>
    /// <param name="root">The run folder.</param>
    /// <returns>One line for each file that is missing or changed; empty if all are as they were sealed.</returns>
    public IReadOnlyList<string> FindDamage(string root)
    {
        var lines = new List<string>();
        foreach (var file in Files)
        {
            var path = Path.Combine(root, file.Name);
            if (!File.Exists(path))
                lines.Add($"{path}: is missing");
            else if (new FileInfo(path).Length != file.Bytes || Checksum.OfFile(path) != file.Checksum)
                lines.Add($"{path}: is not as it was when the run was sealed");
        }

        return lines;
    }
}

/// <summary>The data of a run.</summary>
/// <param name="Name">Its short name.</param>
/// <param name="Hash">Hash of its content.</param>
/// <param name="Users">Number of users.</param>
/// <param name="Items">Number of items.</param>
/// <param name="Train">Training interactions.</param>
/// <param name="Validation">Validation interactions.</param>
/// <param name="Test">Test interactions.</param>
public sealed record RunDataset(string Name, string Hash, int Users, int Items, long Train, long Validation, long Test);

/// <summary>One process that trained in the folder.</summary>
/// <param name="Started">When it opened the folder.</param>
/// <param name="Host">On which machine.</param>
/// <param name="Process">Its id there.</param>
/// <param name="FirstEpoch">The epoch it went on from, 0 at the start.</param>
/// <param name="Seconds">How long it ran; 0 while it runs or if it was killed.</param>
public sealed record RunSession(DateTime Started, string Host, int Process, int FirstEpoch, double Seconds)
{
    /// <summary>The session of this process, from now on.</summary>
    public static RunSession Start(int firstEpoch)
    {
        return new RunSession(DateTime.UtcNow, Environment.MachineName, Environment.ProcessId, firstEpoch, 0);
    }
}

/// <summary>A file of a sealed run.</summary>
/// <param name="Name">Path inside the run folder, with slashes.</param>
/// <param name="Bytes">Length.</param>
/// <param name="Checksum">XxHash128.</param>
public sealed record RunFile(string Name, long Bytes, string Checksum);

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(RunManifest))]
internal sealed partial class RunJson : JsonSerializerContext;
