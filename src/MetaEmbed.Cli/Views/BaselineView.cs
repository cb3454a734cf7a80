using MetaEmbed.Experiments;

namespace MetaEmbed.Cli.Views;

/// <summary>What a baseline reached: a table for each split, or the object of <c>baseline --json</c>.</summary>
internal static class BaselineView
{
    public static void Show(Screen screen, BaselineResult result)
    {
        if (screen.Json)
        {
            JsonLine.Write(json =>
            {
                json.WriteString("baseline", result.Baseline);
                json.WriteStartObject("seconds");
                foreach (var (what, seconds) in result.Timings)
                    json.WriteNumber(what, seconds);
                json.WriteEndObject();
                foreach (var (split, metrics) in result.Results)
                {
                    json.WriteStartObject(split);
                    EvaluationView.Members(json, result.Options, metrics);
                    json.WriteEndObject();
                }
            });
            return;
        }

        foreach (var (split, metrics) in result.Results)
            EvaluationView.Show(screen, split, result.Options, metrics);
        screen.Text.WriteLine(string.Join(", ", result.Timings.Select(pair => $"{pair.Key} {pair.Value:F2} s")));
    }
}
