using System.Globalization;
using MetaEmbed.Inference.Files;
using MetaEmbed.Storage;

namespace MetaEmbed.Export;

/// <summary>Files of kind <c>exact</c>: parameters as the checkpoint has them, and the train graph as gaps.</summary>
internal static class ExactExport
{
    public static ModelFileBuilder Build(ExportContent content, IProgress<string>? progress)
    {
        var (coarse, fine) = content.Run.LoadCheckpoints();
        using (coarse)
        using (fine)
        {
            ModelFileBuilder File(float scale) => Build(content, coarse, fine, scale);
            var bytes = File(1).ToBytes();
            var found = FoldInFit.Fit(content, bytes, out var ndcg);
            progress?.Report(FormattableString.Invariant($"exact: {bytes.Length:N0} bytes, NDCG@{content.ChoiceCutoff} {ndcg:F5} on the validation set from history, scale {found:F2}"));
            return File(found);
        }
    }

    private static ModelFileBuilder Build(ExportContent content, TrainingCheckpoint coarse, TrainingCheckpoint? fine, float scale)
    {
        var options = content.Run.Options;
        var (users, items) = (content.Dataset.UserCount, content.Dataset.ItemCount);
        var builder = new ModelFileBuilder(ModelFileKind.Exact, users, items, options.Dimension);
        builder.Text("exact.layers", options.Layers.ToString(CultureInfo.InvariantCulture));
        builder.Text("exact.precision", options.Precision.ToString().ToLowerInvariant());
        builder.Add("exact.codebook", coarse.Values<float>("codebook", options.CoarseCount, options.Dimension).ToArray(), options.CoarseCount, options.Dimension);
        Add(builder, coarse, "assignment", "exact.picks", "exact.weights", users + items, options.CoarsePerEntity);
        if (fine is not null)
        {
            var settings = content.Run.Fine!;
            builder.Text("exact.threshold", settings.Threshold.ToString("R", CultureInfo.InvariantCulture));
            builder.Text("exact.gate", settings.Gate.ToString("R", CultureInfo.InvariantCulture));
            builder.Add("exact.fine_codebook", fine.Values<float>("fine_codebook", settings.FineCount, options.Dimension).ToArray(), settings.FineCount, options.Dimension);
            Add(builder, fine, "fine_assignment", "exact.fine_picks", "exact.fine_weights", options.CoarseCount, settings.FinePerCoarse);
        }

        builder.AddNumbers("item_bias", content.Rows.ItemBias, null);
        builder.Add("fold.scale", new[] { scale });
        builder.AddHistories(content.Dataset.Train);
        content.Describe(builder, users: true, RowsExport.Popular);
        return builder;
    }

    private static void Add(ModelFileBuilder builder, TrainingCheckpoint checkpoint, string source, string picks, string weights, int rows, int perRow)
    {
        builder.Add(picks, Array.ConvertAll(checkpoint.Values<int>(source + ".picks", rows, perRow).ToArray(), pick => (ushort)pick), rows, perRow);
        builder.Add(weights, checkpoint.Values<float>(source + ".weights", rows, perRow).ToArray(), rows, perRow);
    }
}
