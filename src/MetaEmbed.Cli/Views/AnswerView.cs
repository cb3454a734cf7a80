using System.Text.Json;
using MetaEmbed.Answers;
using MetaEmbed.Explanations;
using MetaEmbed.Inference;

namespace MetaEmbed.Cli.Views;

/// <summary>Whom or what a list is for.</summary>
/// <param name="Kind">user, item or history.</param>
/// <param name="Id">Its id; -1 for a history.</param>
/// <param name="Names">Its names; null for a history.</param>
internal sealed record Subject(string Kind, int Id, EntityLookup? Names);

/// <summary>Lists of items with scores and names, best first.</summary>
internal static class AnswerView
{
    /// <summary>A history, which has no id.</summary>
    public static Subject History { get; } = new("history", -1, null);

    public static void Show(Screen screen, AnswerSource source, Subject subject, IReadOnlyList<Recommendation> list, IReadOnlyList<Explanation>? why = null)
    {
        if (!screen.Json)
        {
            Table(screen.Text, source.Items, list);
            if (why is not null)
                ExplanationView.Show(screen.Text, source.Items, why);
            return;
        }

        JsonLine.Write(json =>
        {
            if (subject.Id >= 0)
                json.WriteNumber(subject.Kind, subject.Id);
            if (subject.Names is { HasNames: true } names)
                json.WriteString($"{subject.Kind}_name", names.NameOf(subject.Id));
            Items(json, source.Items, list, why);
        });
    }

    /// <summary>Popular items in place of a list for somebody unknown.</summary>
    public static void ShowPopular(Screen screen, AnswerSource source, string user, IReadOnlyList<Recommendation> list)
    {
        screen.Text.WriteLine($"there is no user '{user}': the most popular items, with the number of users who met them");
        if (!screen.Json)
        {
            Table(screen.Text, source.Items, list);
            return;
        }

        JsonLine.Write(json =>
        {
            json.WriteString("user_name", user);
            json.WriteString("source", "popular");
            Items(json, source.Items, list);
        });
    }

    /// <summary>Lists of several users, one after the other.</summary>
    public static void ShowMany(Screen screen, AnswerSource source, IEnumerable<Answer> answers)
    {
        if (!screen.Json)
        {
            foreach (var answer in answers)
            {
                screen.Text.WriteLine(answer.FromModel ? answer.User : $"{answer.User} (unknown: popular items)");
                Table(screen.Text, source.Items, answer.Items.ToArray());
                screen.Text.WriteLine();
            }

            return;
        }

        JsonLine.Write(json =>
        {
            json.WriteStartArray("users");
            foreach (var answer in answers)
            {
                json.WriteStartObject();
                json.WriteString("user_name", answer.User);
                json.WriteString("source", answer.FromModel ? "model" : "popular");
                Items(json, source.Items, answer.Items.ToArray());
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
    }

    private static void Table(TextWriter text, EntityLookup items, IReadOnlyList<Recommendation> list)
    {
        string[] more = [.. items.HasNames ? ["name"] : Array.Empty<string>(), .. items.HasTitles ? ["title"] : Array.Empty<string>()];
        TextTable.Write(
            text,
            [["rank", "item", "score", .. more], .. list.Select((entry, rank) => new[]
            {
                $"{rank + 1}", $"{entry.Item}", $"{entry.Score:F4}", items.HasNames ? items.NameOf(entry.Item) : "", items.TitleOf(entry.Item) ?? "",
            })],
            3,
            4);
    }

    private static void Items(Utf8JsonWriter json, EntityLookup items, IReadOnlyList<Recommendation> list, IReadOnlyList<Explanation>? why = null)
    {
        json.WriteStartArray("items");
        for (var rank = 0; rank < list.Count; rank++)
        {
            var (item, score) = list[rank];
            json.WriteStartObject();
            json.WriteNumber("item", item);
            json.WriteNumber("score", score);
            if (items.HasNames)
                json.WriteString("name", items.NameOf(item));
            if (items.TitleOf(item) is { } title)
                json.WriteString("title", title);
            if (why is not null)
                ExplanationView.Write(json, items, why[rank]);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
