using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using MetaEmbed.Experiments;

namespace MetaEmbed.Cli.Views;

/// <summary>A result as one JSON object on one line of standard output.</summary>
internal static class JsonLine
{
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Write(Action<Utf8JsonWriter> members)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, Plain))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }

        Console.Out.WriteLine(Encoding.UTF8.GetString(stream.ToArray()));
    }

    /// <summary>Metrics as a member with split, users, ndcg and recall; null where there are none.</summary>
    public static void Metrics(Utf8JsonWriter json, string name, MetricSummary? metrics)
    {
        if (metrics is null)
        {
            json.WriteNull(name);
            return;
        }

        json.WriteStartObject(name);
        json.WriteString("split", metrics.Split);
        json.WriteNumber("users", metrics.Users);
        ByCutoff(json, "ndcg", metrics.Ndcg);
        ByCutoff(json, "recall", metrics.Recall);
        json.WriteEndObject();
    }

    /// <summary>Values by cut-off as an object: <c>{"5": 0.07, "20": 0.09}</c>.</summary>
    public static void ByCutoff(Utf8JsonWriter json, string name, IReadOnlyDictionary<int, double> values)
    {
        json.WriteStartObject(name);
        foreach (var (cutoff, value) in values.OrderBy(pair => pair.Key))
            json.WriteNumber(cutoff.ToString(System.Globalization.CultureInfo.InvariantCulture), value);
        json.WriteEndObject();
    }

    /// <summary>An array of objects.</summary>
    public static void Objects<T>(Utf8JsonWriter json, string name, IEnumerable<T> values, Action<T> members)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteStartObject();
            members(value);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
