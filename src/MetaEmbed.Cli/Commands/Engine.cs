using MetaEmbed.Experiments;
using MetaEmbed.Inference;

namespace MetaEmbed.Cli.Commands;

/// <summary>The calls that the commands make into the library.</summary>
internal static class Engine
{
    public static TrainResult Train(TrainRequest request, IProgress<TrainingProgress> progress, CancellationToken interruption) =>
        throw Missing();

    public static MetricSummary Evaluate(string run, string data, string split, int threads, string? perUserFile, CancellationToken interruption) =>
        throw Missing();

    public static IReadOnlyList<(int Item, float Score)> Recommend(string run, string? data, int user, int k, bool includeTrain) =>
        throw Missing();

    private static UserMistakeException Missing() =>
        new("this build of metaembed has no training engine yet", "update to a later commit");
}
