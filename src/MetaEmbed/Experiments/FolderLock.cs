using MetaEmbed.Inference;
using MetaEmbed.Storage;

namespace MetaEmbed.Experiments;

/// <summary>
/// Holds a folder for this process: the lock is an open file, and the system closes it at the end of the process,
/// however that comes.
/// </summary>
internal static class FolderLock
{
    /// <summary>Takes the lock; dispose of it to give the folder back.</summary>
    /// <param name="root">The folder, there already.</param>
    /// <param name="file">The lock's file in it.</param>
    /// <param name="holder">What to say where another process holds it.</param>
    /// <exception cref="UserMistakeException">Another process holds it, or the file cannot be written.</exception>
    internal static FileStream Hold(string root, string file, Func<string> holder)
    {
        try
        {
            return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1);
        }
        catch (IOException error) when (!StorageFailure.IsDiskFull(error) && File.Exists(file))
        {
            throw new UserMistakeException(root, null, holder(), "wait for it or stop it, or give another folder", error);
        }
        catch (Exception error) when (StorageFailure.IsStorage(error))
        {
            throw StorageFailure.Describe(file, error, 0, "nothing was changed");
        }
    }
}
