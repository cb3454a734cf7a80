using MetaEmbed.Inference;
using MetaEmbed.Storage;

namespace MetaEmbed.Experiments;

/// <summary>
/// A run folder that this process alone may write to, until <see cref="Dispose"/> or the end of the process, by
/// whatever signal: the lock is an open file, and the system closes it.
/// </summary>
internal sealed class RunFolder : IDisposable
{
    private readonly FileStream _lock;

    private RunFolder(RunLayout layout, FileStream held, RunManifest? manifest)
    {
        Resumed = manifest is not null;
        Layout = layout;
        _lock = held;
        Manifest = manifest;
        Checkpoints = new CheckpointStore(layout.Checkpoints);
    }

    /// <summary>Where everything lies.</summary>
    public RunLayout Layout { get; }

    /// <summary>The manifest as last saved; null in a new folder before the first <see cref="Save"/>.</summary>
    public RunManifest? Manifest { get; private set; }

    /// <summary>Whether the folder already held a run when it was opened.</summary>
    public bool Resumed { get; }

    /// <summary>Its checkpoints.</summary>
    internal CheckpointStore Checkpoints { get; }

    /// <summary>Opens a folder for a run and locks it; makes it, and those above it, where missing.</summary>
    /// <param name="root">The folder.</param>
    /// <param name="resume">Whether a run in it is to go on. A missing or empty folder starts anew all the same.</param>
    /// <exception cref="UserMistakeException">
    /// Another process holds it; it holds a run and <paramref name="resume"/> is false; it holds something else; it
    /// cannot be written. Nothing in the folder was changed.
    /// </exception>
    public static RunFolder Open(string root, bool resume)
    {
        var layout = new RunLayout(root);
        if (File.Exists(root))
            throw new UserMistakeException(root, null, "is a file", "give a folder for the run");
        RefuseOthers(layout);
        StorageFailure.CreateFolder(root);
        var held = Hold(layout);
        try
        {
            RefuseOthers(layout);
            var manifest = File.Exists(layout.Manifest) ? RunManifest.Load(layout.Manifest) : null;
            if (manifest is not null && !resume)
                throw new UserMistakeException(root, null, "the folder already holds a run", "add --resume to go on with it, or give another folder");
            Sweep(root);
            return new RunFolder(layout, held, manifest);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>Saves the manifest; the first call makes the folder a run.</summary>
    /// <exception cref="UserMistakeException">It cannot be written.</exception>
    public void Save(RunManifest manifest)
    {
        manifest.Save(Layout.Manifest);
        Manifest = manifest;
    }

    /// <summary>Saves the manifest with the length and checksum of every file as it is now. Close log and events before.</summary>
    /// <exception cref="UserMistakeException">A file cannot be read, or the manifest not be written.</exception>
    public void Seal(RunManifest manifest)
    {
        var files = Layout.Files()
            .Select(name => (Name: name, Path: Path.Combine(Layout.Root, name)))
            .Select(file => new RunFile(file.Name, new FileInfo(file.Path).Length, Checksum.OfFile(file.Path)));
        Save(manifest with { Files = [.. files] });
    }

    /// <summary>
    /// Keeps the settings of a stage; where an earlier session kept some, refuses to go on with others. Save a manifest
    /// before: settings alone do not make a folder a run.
    /// </summary>
    /// <param name="stage">coarse or fine.</param>
    /// <param name="settings">The texts by name: <see cref="RunSettings.Of"/>.</param>
    /// <param name="free">Names that may change between sessions, such as max-epochs; the new value is kept.</param>
    /// <exception cref="UserMistakeException">Another one differs; nothing was changed.</exception>
    public void UseSettings(string stage, IReadOnlyDictionary<string, string> settings, params IReadOnlyCollection<string> free)
    {
        if (Manifest is null)
            throw new InvalidOperationException("save a manifest first");
        var stages = new Dictionary<string, IReadOnlyDictionary<string, string>>();
        if (File.Exists(Layout.Settings))
        {
            RunSettings.RequireSame(Layout.Settings, stage, settings, free);
            foreach (var (name, kept) in RunSettings.Read(Layout.Settings))
                stages[name] = kept;
        }

        stages[stage] = settings;
        RunSettings.Write(Layout.Settings, stages);
    }

    /// <summary>Refuses to go on when the disk has too little room; for use before the long work.</summary>
    /// <param name="bytes">What the run will write, about.</param>
    /// <exception cref="UserMistakeException">There is less.</exception>
    public void RequireRoom(long bytes)
    {
        var free = StorageFailure.FreeBytes(Layout.Manifest);
        if (free >= 0 && free < bytes)
            throw StorageFailure.DiskFull(Layout.Root, bytes, free, "nothing was written", null);
    }

    /// <summary>Refuses to resume on other data.</summary>
    /// <exception cref="UserMistakeException">The manifest names another hash.</exception>
    public void RequireSameData(RunDataset dataset)
    {
        if (Manifest is not null && Manifest.Dataset.Hash != dataset.Hash)
        {
            throw new UserMistakeException(Layout.Root, null,
                $"the run was trained on '{Manifest.Dataset.Name}' (hash {Manifest.Dataset.Hash}), --data is '{dataset.Name}' (hash {dataset.Hash})",
                "give the same data, or another --run folder");
        }
    }

    /// <summary>Gives the folder back.</summary>
    public void Dispose() => _lock.Dispose();

    /// <summary>Refuses a folder with anything in it that no run put there.</summary>
    private static void RefuseOthers(RunLayout layout)
    {
        if (!Directory.Exists(layout.Root) || File.Exists(layout.Manifest))
            return;
        // A run killed before its first manifest leaves the lock, and perhaps its settings and half a manifest.
        var own = new HashSet<string?> { Path.GetFileName(layout.Lock) };
        if (File.Exists(layout.Lock))
            own.Add(Path.GetFileName(layout.Settings));
        var foreign = Directory.EnumerateFileSystemEntries(layout.Root)
            .FirstOrDefault(entry => !own.Contains(Path.GetFileName(entry)) && !AtomicFile.IsLeftover(entry));
        if (foreign is not null)
        {
            throw new UserMistakeException(layout.Root, null,
                $"the folder is not empty and holds no run (it has '{Path.GetFileName(foreign)}', but no manifest.json)", "give an empty or a new folder");
        }
    }

    private static FileStream Hold(RunLayout layout) => FolderLock.Hold(layout.Root, layout.Lock, () =>
    {
        var holder = File.Exists(layout.Manifest) ? RunManifest.Load(layout.Manifest).Sessions is [.., var last] ? last : null : null;
        var who = holder is null ? "another process" : $"process {holder.Process} on {holder.Host}, started {holder.Started:u},";
        return $"{who} is training in this folder";
    });

    private static void Sweep(string root)
    {
        AtomicFile.RemoveLeftovers(root);
        foreach (var folder in Directory.EnumerateDirectories(root, "*", SearchOption.AllDirectories))
            AtomicFile.RemoveLeftovers(folder);
    }
}
