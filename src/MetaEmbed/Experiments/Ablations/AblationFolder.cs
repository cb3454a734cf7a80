using MetaEmbed.Inference;
using MetaEmbed.Storage;

namespace MetaEmbed.Experiments.Ablations;

/// <summary>
/// The folder of a study: its settings, its table, its pictures, and the run folders of its points. Held by this process
/// alone until <see cref="Dispose"/> or the end of the process.
/// </summary>
public sealed class AblationFolder : IDisposable
{
    private const string TableFile = "ablation.csv";
    private const string SettingsFile = "ablation.json";
    private const string LockFile = "ablation.lock";
    private readonly FileStream _lock;

    private AblationFolder(string root, FileStream held)
    {
        Root = root;
        _lock = held;
    }

    /// <summary>The folder.</summary>
    public string Root { get; }

    /// <summary>The table of a study: <see cref="AblationCurves"/> reads it.</summary>
    /// <param name="root">Its folder.</param>
    public static string TableOf(string root) => Path.Combine(root, TableFile);

    /// <summary>The picture of a study.</summary>
    /// <param name="root">Its folder.</param>
    public static (string Svg, string Png) PictureOf(string root) => (Path.Combine(root, "ablation.svg"), Path.Combine(root, "ablation.png"));

    /// <summary>Opens the folder of a study and locks it; makes it where missing.</summary>
    /// <param name="root">The folder.</param>
    /// <param name="settings">Everything that decides the outcome, by part; an ablation in the folder must have been started with the same.</param>
    /// <exception cref="UserMistakeException">
    /// Another process holds it; it holds another study or something else; it cannot be written.
    /// </exception>
    internal static AblationFolder Open(string root, IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> settings)
    {
        if (File.Exists(root))
            throw new UserMistakeException(root, null, "is a file", "give a folder for the ablation");
        var kept = Path.Combine(root, SettingsFile);
        RefuseOthers(root, kept);
        StorageFailure.CreateFolder(root);
        var held = FolderLock.Hold(root, Path.Combine(root, LockFile), () => "another ablation runs in this folder");
        try
        {
            RefuseOthers(root, kept);
            AtomicFile.RemoveLeftovers(root);
            foreach (var (part, texts) in settings)
                RunSettings.RequireSame(kept, part, texts);
            if (!File.Exists(kept))
                RunSettings.Write(kept, settings);
            return new AblationFolder(root, held);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>Gives the folder back.</summary>
    public void Dispose() => _lock.Dispose();

    private static void RefuseOthers(string root, string kept)
    {
        if (!Directory.Exists(root) || File.Exists(kept))
            return;
        var foreign = Directory.EnumerateFileSystemEntries(root)
            .FirstOrDefault(entry => Path.GetFileName(entry) != LockFile && !AtomicFile.IsLeftover(entry));
        if (foreign is not null)
        {
            throw new UserMistakeException(
                root, null, $"the folder is not empty and holds no ablation (it has '{Path.GetFileName(foreign)}')", "give an empty or a new folder");
        }
    }
}
