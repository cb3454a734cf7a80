using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MetaEmbed.Experiments;

/// <summary>What a run was computed on.</summary>
/// <param name="Processor">Its name, as the system tells it.</param>
/// <param name="Cores">Logical processors that the process may use.</param>
/// <param name="VectorBits">Widest vectors that the runtime uses: 512, 256, 128, or 0.</param>
/// <param name="MemoryBytes">Memory that the process may use.</param>
/// <param name="System">The operating system.</param>
/// <param name="Architecture">The process: X64, Arm64.</param>
/// <param name="Runtime">The version of .NET.</param>
public sealed record MachineInfo(string Processor, int Cores, int VectorBits, long MemoryBytes, string System, string Architecture, string Runtime)
{
    /// <summary>This machine.</summary>
    public static MachineInfo Current { get; } = new(
        FindProcessor(),
        Environment.ProcessorCount,
        Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : Vector128.IsHardwareAccelerated ? 128 : 0,
        GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
        RuntimeInformation.OSDescription,
        RuntimeInformation.ProcessArchitecture.ToString(),
        RuntimeInformation.FrameworkDescription);

    private static string FindProcessor()
    {
        try
        {
            // x64 Linux names it in "model name"; Arm in "Model" or not at all.
            if (OperatingSystem.IsLinux())
            {
                foreach (var line in File.ReadLines("/proc/cpuinfo"))
                {
                    if (line.StartsWith("model name", StringComparison.OrdinalIgnoreCase))
                        return line[(line.IndexOf(':') + 1)..].Trim();
                }
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // A sandbox without /proc: fall through to what is known without it.
        }

        return Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER") ?? $"{RuntimeInformation.ProcessArchitecture} processor";
    }
}
