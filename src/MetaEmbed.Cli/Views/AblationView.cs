using System.Globalization;
using System.Text.Json;
using MetaEmbed.Experiments;
using MetaEmbed.Experiments.Ablations;

namespace MetaEmbed.Cli.Views;

/// <summary>What a study found: the test metrics of each point, before and after the fine stage.</summary>
internal static class AblationView
{
    public static void Show(Screen screen, AblationResult result)
    {
        var shown = result.Rows.Where(row => row.IsFinal && row.Metrics.Split == "test").ToList();
        foreach (var panel in shown.GroupBy(row => row.Point.Panel))
        {
            var cutoffs = panel.First().Metrics.Ndcg.Keys.Order().ToArray();
            screen.Text.WriteLine();
            TextTable.Write(screen.Text,
            [
                [panel.Key, "model", "coarse", "fine", "codebooks", "parameters", .. cutoffs.Select(k => $"NDCG@{k}"), .. cutoffs.Select(k => $"Recall@{k}")],
                .. panel.Select(row => Line(row, cutoffs)),
            ], 1);
        }

        if (shown.Count > 0)
            screen.Text.WriteLine();
        screen.Text.WriteLine(result.Interrupted
            ? $"Interrupted after {result.Done} of {result.Points} points. The same command goes on."
            : $"All {result.Points} points are done. The study is in {result.Folder}.");
        if (!screen.Json)
            return;
        JsonLine.Write(json =>
        {
            json.WriteString("run", result.Folder);
            json.WriteNumber("points", result.Points);
            json.WriteNumber("done", result.Done);
            json.WriteBoolean("interrupted", result.Interrupted);
            json.WriteStartArray("results");
            foreach (var row in result.Rows)
                Row(json, row);
            json.WriteEndArray();
        });
    }

    private static string[] Line(AblationRow row, int[] cutoffs) =>
    [
        row.Point.X.ToString("R", CultureInfo.InvariantCulture),
        row.Stage == TrainingStages.Fine ? "fine" : "coarse",
        $"{row.Point.Coarse.CoarseCount}",
        $"{(row.Stage == TrainingStages.Fine ? row.Point.Fine!.FineCount : 0)}",
        Kilobytes(row.Weight.CodebookBytes),
        Kilobytes(row.Weight.ParameterBytes),
        .. cutoffs.Select(k => $"{row.Metrics.Ndcg[k]:F5}"),
        .. cutoffs.Select(k => $"{row.Metrics.Recall[k]:F5}"),
    ];

    private static void Row(Utf8JsonWriter json, AblationRow row)
    {
        json.WriteStartObject();
        json.WriteString("panel", row.Point.Panel);
        json.WriteNumber("x", row.Point.X);
        json.WriteString("stage", row.Stage);
        json.WriteString("checkpoint", row.Checkpoint);
        json.WriteBoolean("final", row.IsFinal);
        json.WriteString("run", row.Run);
        json.WriteNumber("codebook_bytes", row.Weight.CodebookBytes);
        json.WriteNumber("parameter_bytes", row.Weight.ParameterBytes);
        json.WriteNumber("epochs", row.Epochs);
        json.WriteNumber("seconds", row.Seconds);
        JsonLine.Metrics(json, "metrics", row.Metrics);
        json.WriteEndObject();
    }

    private static string Kilobytes(long bytes) => $"{bytes / 1000.0:F1} kB";
}
