using System.Diagnostics;
using MetaEmbed.Evaluation;
using MetaEmbed.Experiments;
using MetaEmbed.Inference;
using MetaEmbed.Inference.Files;
using MetaEmbed.Numerics;
using MetaEmbed.Storage;

namespace MetaEmbed.Export;

/// <summary>Measures a model file for its card.</summary>
internal static class CardMeasurement
{
    private const int Openings = 15;
    private const int Lists = 200;

    public static ModelCard Of(string path, ExportContent content)
    {
        var metrics = Checkpoint(content);
        var (open, first, list) = Time(path, content);
        using var recommender = Recommender.Open(path);
        if (recommender.Info.Kind != ModelFileKind.Device && recommender.UserCount > 0)
            metrics.Add(Row(CardMetrics.FileKnown, Evaluate(recommender, UserSource.Known, content)));
        if (recommender.CanFoldIn)
            metrics.Add(Row(CardMetrics.FileHistory, Evaluate(recommender, UserSource.History, content)));
        var info = recommender.Info;
        return new ModelCard
        {
            File = Path.GetFileName(path),
            Bytes = info.Bytes,
            Checksum = Checksum.OfFile(path),
            FormatVersion = info.FormatVersion,
            Kind = info.Text(ModelFormat.KindKey),
            ItemCode = info.Text(ModelFormat.PackingKey) is { Length: > 0 } packing ? packing : info.ItemCode,
            Users = info.UserCount,
            Items = info.ItemCount,
            Dimension = info.Dimension,
            Tensors = [.. info.Tensors.Select(tensor => new CardTensor(tensor.Name, tensor.Type.Name(), tensor.Shape, tensor.Length))],
            Dataset = content.Dataset.Name,
            DatasetHash = content.Dataset.ContentHash,
            SplitSeed = content.Run.Options.SplitSeed,
            Settings = RunSettings.Read(content.Run.Layout.Settings),
            Metrics = metrics,
            Curves = CardCurves.Of(content),
            OpenMilliseconds = open,
            FirstListMilliseconds = first,
            ListMilliseconds = list,
            Machine = MachineInfo.Current,
            Limits = Limits(recommender, content.SampleUsers),
        };
    }

    private static List<CardMetrics> Checkpoint(ExportContent content)
    {
        var rows = content.Rows;
        using var all = new Matrix(rows.Users.Rows + rows.Items.Rows, rows.Items.Columns);
        rows.Users.AsSpan().CopyTo(all.RowRange(0, rows.Users.Rows));
        rows.Items.AsSpan().CopyTo(all.RowRange(rows.Users.Rows, rows.Items.Rows));
        var own = FullRanking.Evaluate(
            all, rows.Users.Rows, rows.Items.Rows, rows.ItemBias, content.Split.Train, content.Split.Test, Options(content), content.Workers, content.Cancellation);
        using var whole = Recommender.Read(RowsExport.WholeItems(content).ToBytes(), "the checkpoint");
        return [Row(CardMetrics.Checkpoint, own), Row(CardMetrics.CheckpointHistory, Evaluate(whole, UserSource.History, content))];
    }

    private static EvaluationResult Evaluate(Recommender recommender, UserSource source, ExportContent content) => FileEvaluation.Evaluate(
        recommender, source, content.Split.Train, content.Split.Test, Options(content), content.Workers, content.Cancellation);

    private static EvaluationOptions Options(ExportContent content) => new() { Cutoffs = content.Cutoffs, HeadShare = 0, SampleUsers = content.SampleUsers };

    private static CardMetrics Row(string ranking, EvaluationResult result) => new(ranking, result.Users, result.Ndcg, result.Recall);

    private static (double Open, double First, double List) Time(string path, ExportContent content)
    {
        var train = content.Dataset.Train;
        var users = Enumerable.Range(0, train.UserCount).Where(user => train.Of(user).Length > 0).ToArray();
        var opens = new double[Openings];
        var firsts = new double[Openings];
        var lists = new double[Lists];
        var best = new Recommendation[10];
        for (var i = 0; i < Openings; i++)
        {
            var clock = Stopwatch.StartNew();
            using var recommender = Recommender.Open(path);
            opens[i] = clock.Elapsed.TotalMilliseconds;
            recommender.RecommendFromHistory(train.Of(users[0]), best);
            firsts[i] = clock.Elapsed.TotalMilliseconds - opens[i];
            if (i < Openings - 1)
                continue;
            for (var list = 0; list < Lists; list++)
            {
                var user = users[(long)list * users.Length / Lists];
                clock.Restart();
                recommender.RecommendFromHistory(train.Of(user), best);
                lists[list] = clock.Elapsed.TotalMilliseconds;
            }
        }

        return (Median(opens), Median(firsts), Median(lists));
    }

    private static double Median(double[] values) => values.Order().ElementAt(values.Length / 2);

    private static List<string> Limits(Recommender recommender, int sample)
    {
        var limits = new List<string>
        {
            "Items that were not there in training are unknown to it.",
            "Metrics are of one split of one dataset; the validation set chose the file's scale and, under a budget, its code.",
        };
        if (sample > 0)
            limits.Add($"The metrics are of a sample of at most {sample:N0} users, drawn at random, with all items ranked for each.");
        if (recommender.UserCount == 0)
            limits.Add("It knows no users by id: each is folded in from the items of a history.");
        if (!recommender.HasHistories && recommender.UserCount > 0)
            limits.Add("It does not know what users have met: the caller leaves those items out.");
        limits.Add("Without a history it recommends what was popular in training.");
        return limits;
    }
}
