using System.Globalization;
using MetaEmbed.Import;

namespace MetaEmbed.Cli.Views;

/// <summary>
/// An import while it runs: a line that is rewritten in place on a terminal, a line every few seconds elsewhere. A short import
/// shows nothing.
/// </summary>
/// <param name="text">Where to.</param>
/// <param name="isTerminal">Whether a line can be rewritten there.</param>
internal sealed class ImportProgressView(TextWriter text, bool isTerminal) : IProgress<ImportProgress>
{
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan SignOfLife = TimeSpan.FromSeconds(5);
    private TimeSpan _last;
    private int _width;

    public void Report(ImportProgress value)
    {
        if (isTerminal)
        {
            if (value.Step == ImportStep.Done)
                Rewrite("");
            else if (value.Elapsed >= Quiet)
                Rewrite(Line(value));
        }
        else if (value.Step != ImportStep.Done && value.Elapsed - _last >= SignOfLife)
        {
            _last = value.Elapsed;
            text.WriteLine(Line(value));
            text.Flush();
        }
    }

    /// <summary>What the line says.</summary>
    public static string Line(ImportProgress value)
    {
        var head = $"[{Durations.Text(value.Elapsed)}]";
        var rows = value.Events.ToString("N0", CultureInfo.InvariantCulture);
        if (value.Step != ImportStep.Reading)
            return $"{head} {rows} rows, {(value.Step == ImportStep.Splitting ? "merging and splitting" : "writing")}";
        var bytes = value.Bytes > 0 ? $", {(value.Bytes / 1e6).ToString("N1", CultureInfo.InvariantCulture)} MB" : "";
        var speed = value.Elapsed > TimeSpan.Zero ? $", {(value.Events / value.Elapsed.TotalSeconds).ToString("N0", CultureInfo.InvariantCulture)} rows/s" : "";
        var source = value.SourceCount > 1 ? $" ({value.SourceNumber} of {value.SourceCount})" : "";
        return $"{head} reading {value.Source}{source}: {rows} rows{bytes}{speed}";
    }

    private void Rewrite(string line)
    {
        if (_width == 0 && line.Length == 0)
            return;
        text.Write("\r" + line.PadRight(_width) + (line.Length == 0 ? "\r" : ""));
        text.Flush();
        _width = line.Length;
    }
}
