using System.Globalization;
using System.Text.Json;
using MetaEmbed.Reports;

namespace MetaEmbed.Cli.Views;

/// <summary>Runs side by side, as tables or JSON.</summary>
internal static class CompareView
{
    public static void Show(Screen screen, RunComparison comparison)
    {
        if (screen.Json)
        {
            Write(comparison);
            return;
        }

        var text = screen.Text;
        text.WriteLine();
        text.WriteLine($"{comparison.Dataset}, test, {comparison.Users:N0} of {comparison.UsersInAll:N0} users; ± is half of the 95% interval over users");
        text.WriteLine();
        TextTable.Write(text, [["run", "preset", .. comparison.Cutoffs.Select(k => $"NDCG@{k}"), .. comparison.Cutoffs.Select(k => $"Recall@{k}"), "parameters", "training"], .. comparison.Runs.Select(run => (string[])
        [
            run.Name, run.Preset,
            .. comparison.Cutoffs.Select(k => Value(run, "ndcg", k)), .. comparison.Cutoffs.Select(k => Value(run, "recall", k)),
            run.Size is null ? "-" : Html.Bytes(run.Size.Parameters), Durations.Text(TimeSpan.FromSeconds(run.TrainSeconds)),
        ])], 1);
        text.WriteLine();
        text.WriteLine($"against {comparison.Runs[0].Name}: paired over users, bootstrap interval, randomisation test, p after Holm's correction");
        TextTable.Write(text, [["run", "metric", "difference", "95% interval", "p", "users better", "worse"], .. comparison.Tests.Select(test => (string[])
        [
            comparison.Runs[test.Run].Name, $"{ReportSections.Named(test.Metric)}@{test.Cutoff}", Signed(test.Test.Difference), $"{Signed(test.Test.Low)} .. {Signed(test.Test.High)}",
            P(test.AdjustedP), $"{test.Test.Better:N0}", $"{test.Test.Worse:N0}",
        ])], 1);
        var differing = comparison.DifferingSettings;
        if (differing.Count == 0)
            return;
        text.WriteLine();
        TextTable.Write(text, [["setting", .. comparison.Runs.Select(run => run.Name)], .. differing.Select(name => (string[])[name, .. comparison.Runs.Select(run => run.Settings.GetValueOrDefault(name, "-"))])]);
    }

    /// <summary>A difference with its sign.</summary>
    public static string Signed(double value) => value.ToString("+0.00000;-0.00000;0", CultureInfo.InvariantCulture);

    /// <summary>A p-value.</summary>
    public static string P(double value) => value < 0.0005 ? "<0.0005" : value.ToString("0.0000", CultureInfo.InvariantCulture);

    private static string Value(ComparedRun run, string metric, int cutoff)
    {
        var value = run.Metrics.Single(row => row.Metric == metric && row.Cutoff == cutoff).Value;
        return $"{Html.Number(value.Mean)} ±{Html.Number(value.Margin)}";
    }

    private static void Write(RunComparison comparison) => JsonLine.Write(json =>
    {
        json.WriteString("dataset", comparison.Dataset);
        json.WriteNumber("users", comparison.Users);
        json.WriteNumber("users_in_all", comparison.UsersInAll);
        json.WriteStartArray("runs");
        foreach (var run in comparison.Runs)
            Run(json, run);
        json.WriteEndArray();
        json.WriteStartArray("tests");
        foreach (var test in comparison.Tests)
        {
            json.WriteStartObject();
            json.WriteString("run", comparison.Runs[test.Run].Name);
            json.WriteString("against", comparison.Runs[0].Name);
            json.WriteString("metric", test.Metric);
            json.WriteNumber("cutoff", test.Cutoff);
            json.WriteNumber("difference", test.Test.Difference);
            json.WriteNumber("low", test.Test.Low);
            json.WriteNumber("high", test.Test.High);
            json.WriteNumber("p", test.Test.PValue);
            json.WriteNumber("p_holm", test.AdjustedP);
            json.WriteNumber("better", test.Test.Better);
            json.WriteNumber("worse", test.Test.Worse);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });

    private static void Run(Utf8JsonWriter json, ComparedRun run)
    {
        json.WriteStartObject();
        json.WriteString("name", run.Name);
        json.WriteString("preset", run.Preset);
        json.WriteNumber("train_seconds", run.TrainSeconds);
        if (run.Size is { } size)
            json.WriteNumber("parameter_bytes", size.Parameters);
        if (run.Lists is { } lists)
        {
            json.WriteNumber("coverage", lists.Coverage);
            json.WriteNumber("gini", lists.Gini);
            json.WriteNumber("novelty", lists.Novelty);
        }

        json.WriteStartArray("metrics");
        foreach (var (metric, cutoff, value) in run.Metrics)
        {
            json.WriteStartObject();
            json.WriteString("metric", metric);
            json.WriteNumber("cutoff", cutoff);
            json.WriteNumber("mean", value.Mean);
            json.WriteNumber("low", value.Low);
            json.WriteNumber("high", value.High);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartObject("settings");
        foreach (var (name, setting) in run.Settings)
            json.WriteString(name, setting);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
