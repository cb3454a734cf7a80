using MetaEmbed.Inference;
using MetaEmbed.Inference.Files;

namespace MetaEmbed.Storage;

/// <summary>
/// The checkpoints of a run: safetensors files under one folder. Each is written atomically with a checksum, which is
/// checked when it is read. Of <see cref="Last"/> the version before is kept too, and taken where the newest is damaged:
/// at worst the training since then is lost.
/// </summary>
/// <remarks>Equal tensors and texts give equal files: put no times or paths into the texts.</remarks>
internal sealed class CheckpointStore
{
    /// <summary>Where a resumed training goes on.</summary>
    public const string Last = "last";

    /// <summary>Parameters and assignment before the first step.</summary>
    public const string Initial = "initial";

    /// <summary>Best on the validation set in the phase of fixed assignment.</summary>
    public const string BestFixed = "best-fixed";

    /// <summary>Best on the validation set in the phase of assignment updates.</summary>
    public const string BestUpdating = "best-updating";

    private const string Extension = ".safetensors";
    private const string PreviousMark = ".previous";

    // Names whose newest file was found damaged: it must not push the good older one out.
    private readonly HashSet<string> _damaged = [];

    /// <summary>A store in a folder, which is made when the first checkpoint is saved.</summary>
    public CheckpointStore(string folder)
    {
        Folder = folder;
    }

    /// <summary>Where the files are.</summary>
    public string Folder { get; }

    /// <summary>The names saved so far, sorted.</summary>
    public IReadOnlyList<string> Names
    {
        get
        {
            if (!Directory.Exists(Folder))
                return [];
            return [.. Directory.EnumerateFiles(Folder, "*" + Extension, SearchOption.AllDirectories)
                .Where(file => !AtomicFile.IsLeftover(file))
                .Select(file => Path.GetRelativePath(Folder, file)[..^Extension.Length].Replace('\\', '/'))
                .Select(name => name.EndsWith(PreviousMark, StringComparison.Ordinal) ? name[..^PreviousMark.Length] : name)
                .Distinct().Order(StringComparer.Ordinal)];
        }
    }

    internal Action<AtomicStep>? At { get; set; }

    /// <summary>The name for what the training keeps of an update of the assignment.</summary>
    /// <param name="epoch">Epoch of the update, from 0.</param>
    public static string Update(int epoch) => $"updates/epoch-{epoch:d6}";

    /// <summary>The file of a checkpoint.</summary>
    /// <param name="name">Small letters, digits and hyphens; a slash makes a subfolder.</param>
    public string PathOf(string name)
    {
        Check(name);
        return Path.Combine(Folder, name + Extension);
    }

    /// <summary>Saves a checkpoint in place of an older one of the same name.</summary>
    /// <param name="name">Small letters, digits and hyphens; a slash makes a subfolder.</param>
    /// <param name="tensors">Tensors in the order that the file will have.</param>
    /// <param name="texts">What else belongs to it: epoch, phase, counters.</param>
    /// <exception cref="UserMistakeException">It cannot be written; the older one stays.</exception>
    public void Save(string name, IReadOnlyList<TensorEntry> tensors, IReadOnlyDictionary<string, string> texts)
    {
        var path = PathOf(name);
        StorageFailure.CreateFolder(Path.GetDirectoryName(path)!);
        var keep = name == Last && !_damaged.Contains(name) ? Previous(path) : null;
        SafetensorsWriter.Write(path, tensors, texts, keep, At);
        _damaged.Remove(name);
    }

    /// <summary>Reads a checkpoint.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>The newest version whose checksum is right; null where none was saved.</returns>
    /// <exception cref="UserMistakeException">There are files, and all are damaged.</exception>
    public TrainingCheckpoint? TryLoad(string name)
    {
        var path = PathOf(name);
        UserMistakeException? damage = null;
        foreach (var candidate in new[] { path, Previous(path) })
        {
            if (!File.Exists(candidate))
                continue;
            try
            {
                return new TrainingCheckpoint(name, Open(candidate), damage?.Message);
            }
            catch (UserMistakeException error)
            {
                damage ??= error;
                if (candidate == path)
                    _damaged.Add(name);
            }
        }

        return damage is null ? null : throw damage;
    }

    /// <summary>Reads a checkpoint that must be there.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="UserMistakeException">It is missing or damaged.</exception>
    public TrainingCheckpoint Load(string name)
    {
        return TryLoad(name) ?? throw new UserMistakeException(PathOf(name), null, "there is no such checkpoint",
            Names.Count == 0 ? "train first" : $"choose one of {string.Join(", ", Names)}");
    }

    private static Safetensors Open(string path)
    {
        var file = Safetensors.Open(path);
        try
        {
            Checksum.Verify(file);
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private static string Previous(string path) => path[..^Extension.Length] + PreviousMark + Extension;

    private static void Check(string name)
    {
        var valid = name.Length > 0 && name.Split('/').All(part => part.Length > 0 && part.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'));
        if (!valid)
            throw new UserMistakeException($"'{name}' is no name of a checkpoint", "use small letters, digits and hyphens");
    }
}
