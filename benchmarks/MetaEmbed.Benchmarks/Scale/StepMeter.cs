using System.Diagnostics;
using System.Globalization;

namespace MetaEmbed.Benchmarks.Scale;

/// <summary>One step at one size.</summary>
/// <param name="Interactions">Training interactions.</param>
/// <param name="Step">What was done.</param>
/// <param name="Seconds">Wall time.</param>
/// <param name="ProcessorSeconds">Processor time of all threads.</param>
/// <param name="PeakBytes">Most memory that the process held during the step, less what it held before the first; what earlier steps left included.</param>
internal sealed record ScaleRow(long Interactions, string Step, double Seconds, double ProcessorSeconds, long PeakBytes);

/// <summary>
/// Measures time and peak memory of steps. On Linux the system's high-water mark is set back before each step; elsewhere
/// it only rises, so a step's peak is that of all steps so far.
/// </summary>
internal sealed class StepMeter(long interactions, Action<ScaleRow> report)
{
    private static readonly long Idle = Resident();

    /// <summary>Runs a step.</summary>
    public T Run<T>(string step, Func<T> work)
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        ResetPeak();
        var processor = Environment.CpuUsage.TotalTime;
        var start = Stopwatch.GetTimestamp();
        var result = work();
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        report(new ScaleRow(interactions, step, seconds, (Environment.CpuUsage.TotalTime - processor).TotalSeconds, Math.Max(Peak() - Idle, 0)));
        return result;
    }

    /// <summary>Bytes held before the first step.</summary>
    public static long IdleBytes => Idle;

    private static void ResetPeak()
    {
        if (OperatingSystem.IsLinux())
            File.WriteAllText("/proc/self/clear_refs", "5");
    }

    private static long Peak()
    {
        if (OperatingSystem.IsLinux())
            return Status("VmHWM:");
        using var self = Process.GetCurrentProcess();
        return self.PeakWorkingSet64;
    }

    private static long Resident() => OperatingSystem.IsLinux() ? Status("VmRSS:") : Environment.WorkingSet;

    private static long Status(string name)
    {
        var line = File.ReadLines("/proc/self/status").First(line => line.StartsWith(name, StringComparison.Ordinal));
        return 1024 * long.Parse(line[name.Length..].Replace("kB", "", StringComparison.Ordinal).Trim(), CultureInfo.InvariantCulture);
    }
}
