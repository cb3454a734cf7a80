using System.Diagnostics;
using System.Runtime.InteropServices.JavaScript;
using System.Runtime.Versioning;
using MetaEmbed.Inference;

[assembly: SupportedOSPlatform("browser")]

namespace BrowserSample;

/// <summary>What the page calls: a model file in the browser's memory, asked for lists.</summary>
public static partial class Program
{
    private static Recommender? _model;

    public static void Main()
    {
        // The page calls the functions below.
    }

    /// <summary>Opens a model file in place of the one before; a mistake reaches the page as an error of one line.</summary>
    [JSExport]
    internal static void Open(byte[] file, string name)
    {
        var model = Recommender.Read(file, name);
        model.Prepare();
        _model?.Dispose();
        _model = model;
    }

    /// <summary>What each item is called, by id.</summary>
    [JSExport]
    internal static string[] Names() =>
        [.. Enumerable.Range(0, _model!.ItemCount).Select(item => _model.ItemTitle(item) ?? _model.ItemName(item))];

    /// <summary>Microseconds that the list took, then item and score of each entry.</summary>
    [JSExport]
    internal static double[] Recommend(int[] history, int k)
    {
        var best = new Recommendation[k];
        var start = Stopwatch.GetTimestamp();
        var count = _model!.RecommendFromHistory(history, best);
        var elapsed = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
        return [elapsed, .. best.Take(count).SelectMany(entry => new double[] { entry.Item, entry.Score })];
    }
}
