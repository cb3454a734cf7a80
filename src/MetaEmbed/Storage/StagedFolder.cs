using MetaEmbed.Inference;
using MetaEmbed.Inference.Files;

namespace MetaEmbed.Storage;

/// <summary>
/// A folder that appears as a whole: its files are written into a hidden sibling, which takes the folder's name at the
/// end. Disposed before <see cref="Publish"/>, it leaves nothing behind.
/// </summary>
public sealed class StagedFolder : IDisposable
{
    private readonly string _target;
    private bool _published;

    /// <summary>Makes the hidden sibling; folders above are made where they are missing.</summary>
    /// <param name="target">The folder that is to appear.</param>
    /// <exception cref="UserMistakeException">It cannot be made.</exception>
    public StagedFolder(string target)
    {
        ArgumentException.ThrowIfNullOrEmpty(target);
        _target = Path.TrimEndingDirectorySeparator(Path.GetFullPath(target));
        Root = Path.Combine(Path.GetDirectoryName(_target) ?? _target, $".{Path.GetFileName(_target)}.{Guid.NewGuid():n}.tmp");
        StorageFailure.CreateFolder(Root);
    }

    /// <summary>Where to write.</summary>
    public string Root { get; }

    /// <summary>Gives the folder its name; one that has it already is replaced.</summary>
    /// <exception cref="UserMistakeException">The system refuses; the old folder is as it was.</exception>
    public void Publish()
    {
        var aside = Root + ".old";
        try
        {
            var replaces = Directory.Exists(_target);
            if (replaces)
                Directory.Move(_target, aside);
            try
            {
                Directory.Move(Root, _target);
            }
            catch when (replaces)
            {
                Directory.Move(aside, _target);
                throw;
            }

            _published = true;
            FolderSync.Flush(Path.GetDirectoryName(_target)!);
            if (replaces)
                Directory.Delete(aside, recursive: true);
        }
        catch (Exception error) when (StorageFailure.IsStorage(error))
        {
            throw StorageFailure.Describe(_target, error, 0, "nothing was changed");
        }
    }

    /// <summary>Removes what was not published.</summary>
    public void Dispose()
    {
        if (_published)
            return;
        try
        {
            Directory.Delete(Root, recursive: true);
        }
        catch (Exception error) when (StorageFailure.IsStorage(error))
        {
            // The failure under way says more than this one would.
        }
    }
}
