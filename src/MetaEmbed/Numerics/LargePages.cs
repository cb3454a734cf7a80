using System.Runtime.InteropServices;

namespace MetaEmbed.Numerics;

/// <summary>
/// Memory for operands that are read at random. On Linux, blocks of several megabytes ask for pages of 2 MB
/// (madvise, MADV_HUGEPAGE), so that a random row does not also cost a walk of the page table; a kernel that will not
/// give them is no error.
/// </summary>
internal static unsafe partial class LargePages
{
    private const nuint PageBytes = 2 << 20;
    private const int AdviseHugePage = 14;

    /// <summary>Uninitialised memory on a 64-byte boundary or better; free it with NativeMemory.AlignedFree.</summary>
    internal static void* Allocate(nuint bytes)
    {
        if (!OperatingSystem.IsLinux() || bytes < 2 * PageBytes)
            return NativeMemory.AlignedAlloc(bytes, 64);
        var memory = NativeMemory.AlignedAlloc((bytes + PageBytes - 1) / PageBytes * PageBytes, PageBytes);
        _ = Advise(memory, bytes, AdviseHugePage);
        return memory;
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(void* address, nuint length, int advice);
}
