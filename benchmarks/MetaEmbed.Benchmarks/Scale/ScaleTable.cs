using System.Globalization;
using System.Text;

namespace MetaEmbed.Benchmarks.Scale;

/// <summary>The measurements as CSV: interactions, step, seconds, processor_seconds, peak_bytes.</summary>
internal static class ScaleTable
{
    public static void Write(string path, IEnumerable<ScaleRow> rows)
    {
        var text = new StringBuilder("interactions,step,seconds,processor_seconds,peak_bytes,ns_per_interaction,bytes_per_interaction\n");
        foreach (var row in rows)
        {
            text.Append(CultureInfo.InvariantCulture, $"{row.Interactions},{row.Step},{row.Seconds:F4},{row.ProcessorSeconds:F4},{row.PeakBytes},");
            text.Append(CultureInfo.InvariantCulture, $"{row.Seconds / row.Interactions * 1e9:F2},{(double)row.PeakBytes / row.Interactions:F2}\n");
        }

        File.WriteAllText(path, text.ToString());
    }
}
