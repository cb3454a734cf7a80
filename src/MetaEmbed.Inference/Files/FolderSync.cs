using System.Runtime.InteropServices;
using System.Text;

namespace MetaEmbed.Inference.Files;

/// <summary>
/// Forces a folder's list of names to disk: on Unix a rename survives a power cut only after that. Windows has no such
/// call for users; there it does nothing.
/// </summary>
internal static unsafe partial class FolderSync
{
    private const int CloseOnExecLinux = 0x80000;
    private const int CloseOnExecMac = 0x1000000;
    private const int InvalidArgument = 22;
    private const int NotSupportedLinux = 95;
    private const int NotSupportedMac = 45;

    /// <summary>Flushes the folder.</summary>
    /// <exception cref="IOException">The system reports that it failed.</exception>
    public static void Flush(string folder)
    {
        if (OperatingSystem.IsWindows())
            return;
        var name = Encoding.UTF8.GetBytes(folder + '\0');
        int descriptor;
        fixed (byte* start = name)
            descriptor = Open(start, OperatingSystem.IsMacOS() ? CloseOnExecMac : CloseOnExecLinux);
        if (descriptor < 0)
            throw Failure(folder);
        try
        {
            // Some network file systems cannot flush a folder; there the rename is as safe as they make it.
            if (Synchronize(descriptor) != 0 && Marshal.GetLastPInvokeError() is not (InvalidArgument or NotSupportedLinux or NotSupportedMac))
                throw Failure(folder);
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    private static IOException Failure(string folder)
    {
        var code = Marshal.GetLastPInvokeError();
        return new IOException($"{folder}: {Marshal.GetPInvokeErrorMessage(code)}", code);
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true)]
    private static partial int Open(byte* path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Synchronize(int descriptor);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);
}
