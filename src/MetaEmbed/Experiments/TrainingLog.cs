using Microsoft.Extensions.Logging;

namespace MetaEmbed.Experiments;

/// <summary>What a training writes to an <see cref="ILogger"/>; docs/library.md lists the events.</summary>
internal static partial class TrainingLog
{
    [LoggerMessage(1, LogLevel.Information, "training on {Dataset} begins: {Users} users, {Items} items, {Interactions} interactions, preset {Preset}, run folder {RunFolder}")]
    internal static partial void Begins(ILogger log, string dataset, int users, int items, long interactions, string preset, string runFolder);

    [LoggerMessage(2, LogLevel.Information, "{Message}")]
    internal static partial void Message(ILogger log, string message);

    [LoggerMessage(3, LogLevel.Debug, "{Stage} epoch {Epoch} took {Seconds:F3} s, loss {Loss:F5}")]
    internal static partial void Epoch(ILogger log, string stage, int epoch, double seconds, double loss);

    [LoggerMessage(4, LogLevel.Information, "{Stage} epoch {Epoch}: validation NDCG@{Cutoff} {Ndcg:F5}")]
    internal static partial void Evaluated(ILogger log, string stage, int epoch, int cutoff, double ndcg);

    [LoggerMessage(5, LogLevel.Information, "training ends after {Epochs} epochs and {Seconds:F1} s, run folder {RunFolder}")]
    internal static partial void Finished(ILogger log, int epochs, double seconds, string runFolder);

    [LoggerMessage(6, LogLevel.Warning, "training is interrupted after {Epochs} epochs; run folder {RunFolder} can be resumed")]
    internal static partial void Interrupted(ILogger log, int epochs, string runFolder);
}
