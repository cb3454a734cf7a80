using MetaEmbed.Inference;

namespace MetaEmbed.Storage;

/// <summary>Turns what the system says when a file cannot be written into one clear line.</summary>
internal static class StorageFailure
{
    // errno values of Linux and macOS, and the last 16 bits of the Windows errors.
    private const int NoSpaceLeft = 28;
    private const int QuotaLinux = 122;
    private const int QuotaMac = 69;
    private const int WindowsHandleDiskFull = 0x27;
    private const int WindowsDiskFull = 0x70;

    /// <summary>Whether an exception says that the disk, or the user's quota on it, is full.</summary>
    public static bool IsDiskFull(Exception error)
    {
        if (error is not IOException)
            return false;
        if (OperatingSystem.IsWindows())
            return (error.HResult & 0xffff) is WindowsHandleDiskFull or WindowsDiskFull;
        return error.HResult == NoSpaceLeft || error.HResult == (OperatingSystem.IsMacOS() ? QuotaMac : QuotaLinux);
    }

    /// <summary>Whether an exception comes from the file system.</summary>
    public static bool IsStorage(Exception error) => error is IOException or UnauthorizedAccessException;

    /// <summary>The user's view of the failure.</summary>
    /// <param name="path">The file that was to be written.</param>
    /// <param name="error">What the system said.</param>
    /// <param name="needed">Bytes that the file needs, 0 if unknown.</param>
    /// <param name="kept">What became of the old state, as a clause.</param>
    public static UserMistakeException Describe(string path, Exception error, long needed, string kept)
    {
        if (IsDiskFull(error))
            return DiskFull(path, needed, FreeBytes(path), kept, error);
        return new UserMistakeException(path, null, $"cannot be written ({error.Message}); {kept}", "check that the folder exists and may be written", error);
    }

    /// <summary>Makes a folder and those above it.</summary>
    /// <exception cref="UserMistakeException">It cannot be made.</exception>
    public static void CreateFolder(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception error) when (IsStorage(error))
        {
            if (IsDiskFull(error))
                throw DiskFull(folder, 0, FreeBytes(folder), "nothing was changed", error);
            throw new UserMistakeException(folder, null, $"the folder cannot be made ({error.Message})", "give another one, or mend the rights of the one above", error);
        }
    }

    /// <summary>The message for a full disk.</summary>
    public static UserMistakeException DiskFull(string path, long needed, long free, string kept, Exception? inner)
    {
        var room = free < 0 ? "more room is needed than there is"
            : needed > free ? $"{needed:N0} bytes are needed, {free:N0} are free"
            : $"more than the {free:N0} free bytes are needed";
        return new UserMistakeException(path, null, $"the disk is full: {room}; {kept}", "make room there or choose another disk", inner);
    }

    /// <summary>Free bytes for this user on the disk of a path; -1 where the system does not tell.</summary>
    public static long FreeBytes(string path)
    {
        try
        {
            var folder = Path.GetDirectoryName(Path.GetFullPath(path));
            while (folder is not null && !Directory.Exists(folder))
                folder = Path.GetDirectoryName(folder);
            return folder is null ? -1 : new DriveInfo(folder).AvailableFreeSpace;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return -1;
        }
    }
}
