using System.Globalization;
using System.Text;

namespace MetaEmbed.Benchmarks.Scale;

/// <summary>The measurements as CSV: interactions, step, seconds, processor_seconds, peak_bytes, and the last two by interaction.</summary>
internal static class ScaleTable
{
    public static IReadOnlyList<ScaleRow> Read(string path) => !File.Exists(path) ? [] : [.. File.ReadLines(path).Skip(1).Select(line =>
    {
        var cells = line.Split(',');
        return new ScaleRow(
            long.Parse(cells[0], CultureInfo.InvariantCulture), cells[1], double.Parse(cells[2], CultureInfo.InvariantCulture),
            double.Parse(cells[3], CultureInfo.InvariantCulture), long.Parse(cells[4], CultureInfo.InvariantCulture));
    })];

    public static void Write(string path, IEnumerable<ScaleRow> rows)
    {
        var text = new StringBuilder("interactions,step,seconds,processor_seconds,peak_bytes,ns_per_interaction,bytes_per_interaction\n");
        foreach (var row in rows)
        {
            text.Append(CultureInfo.InvariantCulture, $"{row.Interactions},{row.Step},{row.Seconds:F4},{row.ProcessorSeconds:F4},{row.PeakBytes},");
            text.Append(CultureInfo.InvariantCulture, $"{row.ProcessorSeconds / row.Interactions * 1e9:F2},{(double)row.PeakBytes / row.Interactions:F2}\n");
        }

        File.WriteAllText(path, text.ToString());
    }
}
