using System.Text.Json;
using MetaEmbed.Evaluation;
using MetaEmbed.Experiments;
using MetaEmbed.Inference;

namespace MetaEmbed.Cli.Views;

/// <summary>An evaluation: tables of all metrics by cut-off, or the object of <c>evaluate --json</c>.</summary>
internal static class EvaluationView
{
    public static void Show(Screen screen, string split, EvaluationOptions options, EvaluationResult result)
    {
        if (screen.Json)
        {
            JsonLine.Write(json =>
            {
                json.WriteString("split", split);
                Members(json, options, result);
            });
            return;
        }

        var users = result.Users < result.UsersInAll
            ? $"a sample of {result.Users:N0} of {result.UsersInAll:N0} users (seed {options.SampleSeed})"
            : $"{result.Users:N0} users";
        var rows = Rows($"{split}, {users}", result).ToList();
        if (result.Head is { } head)
            rows.AddRange(Rows($"head: the {options.HeadShare:P0} most popular items, {head.Users:N0} users", head));
        if (result.Tail is { } tail)
            rows.AddRange(Rows($"tail: all other items, {tail.Users:N0} users", tail));
        TextTable.Write(screen.Text, rows);
    }

    /// <summary>The members of an evaluation, head and tail among them.</summary>
    public static void Members(Utf8JsonWriter json, EvaluationOptions options, EvaluationResult result)
    {
        json.WriteNumber("users_in_all", result.UsersInAll);
        if (result.Users < result.UsersInAll)
            json.WriteNumber("sample_seed", options.SampleSeed);
        json.WriteNumber("head_share", options.HeadShare);
        Members(json, result);
        foreach (var (name, part) in new[] { ("head", result.Head), ("tail", result.Tail) })
        {
            if (part is null)
                continue;
            json.WriteStartObject(name);
            Members(json, part);
            json.WriteEndObject();
        }
    }

    /// <summary>Keeps an evaluation in its run folder; where that cannot be written, a line says so and nothing else is lost.</summary>
    public static void Kept(Screen screen, StoredEvaluation evaluation)
    {
        try
        {
            evaluation.Keep();
            if (!screen.Json)
                screen.Text.WriteLine($"kept in {evaluation.File}");
        }
        catch (UserMistakeException failure)
        {
            Console.Error.WriteLine($"the evaluation is not kept: {failure.Message}");
        }
    }

    private static (string Name, string Key, IReadOnlyDictionary<int, double> Values)[] Metrics(EvaluationResult result) =>
    [
        ("NDCG", "ndcg", result.Ndcg), ("Recall", "recall", result.Recall), ("Precision", "precision", result.Precision),
        ("HitRate", "hit_rate", result.HitRate), ("MRR", "mrr", result.Mrr), ("MAP", "map", result.Map),
    ];

    private static void Members(Utf8JsonWriter json, EvaluationResult result)
    {
        json.WriteNumber("users", result.Users);
        foreach (var (_, key, values) in Metrics(result))
            JsonLine.ByCutoff(json, key, values);
    }

    private static IEnumerable<string[]> Rows(string title, EvaluationResult result) =>
    [
        [title, .. result.Cutoffs.Select(k => $"@{k}")],
        .. Metrics(result).Select(metric => (string[])["  " + metric.Name, .. result.Cutoffs.Select(k => $"{metric.Values[k]:F5}")]),
    ];
}
