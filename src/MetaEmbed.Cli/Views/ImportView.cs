using System.Text.Json;
using MetaEmbed.Data.Events;
using MetaEmbed.Import;
using MetaEmbed.Import.Sources;

namespace MetaEmbed.Cli.Views;

/// <summary>What an import understood, read, left out and made.</summary>
internal static class ImportView
{
    private const int SourcesShown = 10;

    public static void Show(Screen screen, ImportReport report)
    {
        Sources(screen.Text, report);
        Counts(screen.Text, report.Manifest);
        Rejected(screen.Text, report);
        var counts = report.Manifest.Counts;
        screen.Text.WriteLine();
        screen.Text.WriteLine($"{counts.Users:N0} users, {counts.Items:N0} items, {counts.Train:N0} training and {counts.Test:N0} test pairs in {report.Out}, after {report.Seconds:F1} s");
        if (counts.Test == 0)
            screen.Text.WriteLine("there are no test pairs: training cannot tell when to stop; see --test-share and --split");
        screen.Text.WriteLine($"next: metaembed train --data {report.Out} --run RUN");
        if (screen.Json)
            JsonLine.Write(json => Members(json, report));
    }

    private static void Sources(TextWriter text, ImportReport report)
    {
        foreach (var source in report.Sources.Take(SourcesShown))
        {
            text.WriteLine($"{source.Name}: {SourceFormats.NameOf(source.Format)}{(source.IsTest ? ", test events" : "")}");
            text.WriteLine($"  columns {string.Join(", ", source.Columns.Select(pair => $"{pair.Key} = '{pair.Value}'{Use(report, pair.Key)}"))}");
            if (source.ByPlace)
                text.WriteLine("  no header names users and items: they were taken by their place; --user and --item name other columns, --header says that the first line names them");
        }

        if (report.Sources.Count > SourcesShown)
            text.WriteLine($"and {report.Sources.Count - SourcesShown} more");
        if (report.Manifest.Catalog is { } catalog)
            text.WriteLine($"{catalog.Name}: catalog, {string.Join(", ", catalog.Columns.Select(pair => $"{pair.Key} = '{pair.Value}'"))}; it knows {report.Manifest.ItemsInCatalog:N0} of {report.Manifest.Counts.Items:N0} items");
        if (report.Manifest.CatalogRejected > 0)
            text.WriteLine($"  {report.Manifest.CatalogRejected:N0} of its rows cannot be used");
    }

    // A column that was found but not used is said to be, with what would use it.
    private static string Use(ImportReport report, string role)
    {
        if (report.Manifest.Sources[0].Columns.ContainsKey(role))
            return "";
        return role switch
        {
            "rating" => " (not used; --min-rating)",
            "weight" => " (not used; --weight)",
            _ => " (not used)",
        };
    }

    private static void Counts(TextWriter text, ImportManifest manifest)
    {
        var counts = manifest.Counts;
        text.WriteLine();
        var rows = new List<string[]> { new[] { "rows", $"{counts.Rows:N0}" } };
        void Row(string name, long count)
        {
            if (count > 0)
                rows.Add([name, $"{count:N0}"]);
        }

        Row("- cannot be used", counts.Rejected);
        Row("- rated too low", counts.LowRating);
        Row("- outside of the time range", counts.OutsideTime);
        Row("- repeats of a user and an item", counts.Repeats);
        Row("- pairs with too little weight", counts.LowWeight);
        Row("- test pairs that are training pairs too", counts.InBothFiles);
        Row("- pairs outside of the core", counts.OutsideCore);
        Row("- test pairs of users or items not in training", counts.Cold);
        rows.Add(["training pairs", $"{counts.Train:N0}"]);
        rows.Add([$"test pairs, split {manifest.Settings["split"]}", $"{counts.Test:N0}"]);
        if (counts.NewUsers > 0)
        {
            rows.Add(["held-out users", $"{counts.NewUsers:N0}"]);
            rows.Add(["pairs known of them", $"{counts.NewHistory:N0}"]);
            rows.Add(["pairs asked of them", $"{counts.NewTest:N0}"]);
        }

        TextTable.Write(text, rows);
        if (counts.First is not null)
            text.WriteLine($"times from {counts.First} to {counts.Last}{(counts.TestSince is null ? "" : $"; test pairs from {counts.TestSince}")}");
    }

    private static void Rejected(TextWriter text, ImportReport report)
    {
        foreach (var row in report.Rejected)
            text.WriteLine($"{row.File}:{row.Line}: {row.Reason}");
    }

    private static void Members(Utf8JsonWriter json, ImportReport report)
    {
        var counts = report.Manifest.Counts;
        json.WriteString("data", report.Out);
        json.WriteNumber("seconds", Math.Round(report.Seconds, 3));
        json.WriteNumber("read_seconds", Math.Round(report.ReadSeconds, 3));
        json.WriteString("split", report.Manifest.Settings["split"]);
        foreach (var (name, count) in new[]
        {
            ("rows", counts.Rows), ("rejected", counts.Rejected), ("low_rating", counts.LowRating), ("outside_time", counts.OutsideTime), ("repeats", counts.Repeats),
            ("low_weight", counts.LowWeight), ("in_both_files", counts.InBothFiles), ("outside_core", counts.OutsideCore), ("cold", counts.Cold),
            ("users", counts.Users), ("items", counts.Items), ("train", counts.Train), ("test", counts.Test),
            ("new_users", counts.NewUsers), ("new_history", counts.NewHistory), ("new_test", counts.NewTest),
        })
        {
            json.WriteNumber(name, count);
        }

        json.WriteStartArray("rejected_rows");
        foreach (var row in report.Rejected)
        {
            json.WriteStartObject();
            json.WriteString("file", row.File);
            json.WriteNumber("line", row.Line);
            json.WriteString("reason", row.Reason);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
