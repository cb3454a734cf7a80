using System.Diagnostics;
using System.Runtime.InteropServices;

namespace MetaEmbed.Tests.Graphs.Partitioning;

/// <summary>The processor time of the calling thread on Linux, elsewhere the time that passes.</summary>
internal sealed class ThreadClock
{
    private const int ThreadProcessorTime = 3;
    private readonly double _start = Now();

    /// <summary>Seconds since this clock was made.</summary>
    public double Seconds => Now() - _start;

    private static double Now() =>
        OperatingSystem.IsLinux() && GetTime(ThreadProcessorTime, out var time) == 0
            ? time.Seconds + time.Nanoseconds * 1e-9
            : Stopwatch.GetTimestamp() / (double)Stopwatch.Frequency;

    [DllImport("libc", EntryPoint = "clock_gettime")]
    private static extern int GetTime(int clock, out TimeSpec time);

    private struct TimeSpec
    {
        public nint Seconds;
        public nint Nanoseconds;
    }
}
