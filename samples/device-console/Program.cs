using System.Diagnostics;
using MetaEmbed.Inference;

// device-console FILE ITEM,ITEM,... [K]: recommends from a model file, and says on standard error what it took.
if (args.Length is < 2 or > 3)
{
    Console.Error.WriteLine("usage: device-console FILE ITEM,ITEM,... [K]");
    return 2;
}

try
{
    var start = Stopwatch.GetTimestamp();
    using var model = Recommender.Open(args[0]);
    var opened = Stopwatch.GetElapsedTime(start);
    var history = Array.ConvertAll(args[1].Split(',', StringSplitOptions.RemoveEmptyEntries), int.Parse);
    var best = new Recommendation[args.Length == 3 ? int.Parse(args[2]) : 20];
    start = Stopwatch.GetTimestamp();
    var count = model.RecommendFromHistory(history, best);
    var ranked = Stopwatch.GetElapsedTime(start);
    foreach (var (item, score) in best.AsSpan(0, count))
        Console.WriteLine($"{item}\t{score}\t{model.ItemName(item)}");
    var running = DateTime.Now - Process.GetCurrentProcess().StartTime;
    Console.Error.WriteLine(FormattableString.Invariant(
        $"{model.ItemCount} items, {model.Info.Bytes} bytes: opened in {opened.TotalMilliseconds:F2} ms, first list in {ranked.TotalMilliseconds:F2} ms, {running.TotalMilliseconds:F0} ms since the process began"));
    return 0;
}
catch (Exception mistake) when (mistake is UserMistakeException or FormatException)
{
    Console.Error.WriteLine(mistake.Message);
    return 2;
}
