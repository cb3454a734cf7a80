using System.Buffers;
using System.Text;
using System.Text.Json;
using MetaEmbed.Serving.Models;
using MetaEmbed.Serving.Problems;

namespace MetaEmbed.Serving.Requests;

/// <summary>Reads the JSON of a request for lists straight into numbers of the model's, with every mistake named by its place.</summary>
internal static class QueryReader
{
    private static readonly JsonReaderOptions Options = new() { MaxDepth = 8 };

    /// <summary>The <c>model</c> that a body names; null for none. Also finds out whether the whole body is JSON.</summary>
    /// <exception cref="Problem">It is no JSON object.</exception>
    public static string? ModelOf(ReadOnlySequence<byte> body) => Guarded(body, static (ref Utf8JsonReader json) =>
    {
        RequireObject(ref json, "");
        string? model = null;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var isModel = json.ValueTextEquals("model"u8);
            json.Read();
            if (isModel && json.TokenType != JsonTokenType.Null)
                model = JsonIds.Text(ref json, "/model");
            else
                json.Skip();
        }

        if (json.Read())
            throw Problem.Invalid("", "Something follows the object.");
        return model;
    });

    /// <summary>Reads a request for one list.</summary>
    public static void Read(ReadOnlySequence<byte> body, ListQuery query, ServedModel model, ServingOptions options) => Guarded(body, (ref Utf8JsonReader json) =>
    {
        json.Read();
        ReadQuery(ref json, "", query, model, options);
        return true;
    });

    /// <summary>Reads a request for several lists.</summary>
    /// <param name="body">The body.</param>
    /// <param name="queries">Gets the requests.</param>
    /// <param name="fresh">Gives an empty query.</param>
    /// <param name="model">The model.</param>
    /// <param name="options">Limits.</param>
    public static void ReadBatch(ReadOnlySequence<byte> body, List<ListQuery> queries, Func<ListQuery> fresh, ServedModel model, ServingOptions options) =>
        Guarded(body, (ref Utf8JsonReader json) =>
        {
            json.Read();
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                if (json.ValueTextEquals("model"u8))
                {
                    json.Skip();
                    continue;
                }

                if (!json.ValueTextEquals("requests"u8))
                    throw Problem.Invalid("", "The members are model and requests.");
                RequireArray(ref json, "/requests");
                while (json.Read() && json.TokenType != JsonTokenType.EndArray)
                {
                    if (queries.Count == options.MaxBatch)
                        throw Problem.Invalid("/requests", $"At most {options.MaxBatch} requests are taken.");
                    var pointer = $"/requests/{queries.Count}";
                    var query = fresh();
                    queries.Add(query);
                    ReadQuery(ref json, pointer, query, model, options);
                }
            }

            return queries.Count > 0 ? true : throw Problem.Invalid("/requests", "Give at least one request.");
        });

    /// <summary>Runs a reading, and turns what the JSON reader finds into a problem.</summary>
    public static T Guarded<T>(ReadOnlySequence<byte> body, Reading<T> reading)
    {
        try
        {
            var json = new Utf8JsonReader(body, Options);
            return reading(ref json);
        }
        catch (JsonException failure)
        {
            throw Problem.Invalid("", $"The body is no JSON that is understood, at line {failure.LineNumber + 1}, byte {failure.BytePositionInLine + 1}; it is at most {Options.MaxDepth} deep.");
        }
        catch (InvalidOperationException)
        {
            throw Problem.Invalid("", "A text of the body is not Unicode.");
        }
    }

    public static void RequireObject(ref Utf8JsonReader json, string pointer)
    {
        if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
            throw Problem.Invalid(pointer, "Give an object.");
    }

    public static void RequireArray(ref Utf8JsonReader json, string pointer)
    {
        if (!json.Read() || json.TokenType != JsonTokenType.StartArray)
            throw Problem.Invalid(pointer, "Give an array.");
    }

    private static void ReadQuery(ref Utf8JsonReader json, string pointer, ListQuery query, ServedModel model, ServingOptions options)
    {
        if (json.TokenType != JsonTokenType.StartObject)
            throw Problem.Invalid(pointer, "Give an object.");
        query.K = Math.Min(10, options.MaxK);
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("user"u8))
            {
                json.Read();
                query.User = JsonIds.Text(ref json, pointer + "/user");
                query.KnownUser = model.Users.Find(query.User);
            }
            else if (json.ValueTextEquals("history"u8))
                ReadItems(ref json, pointer + "/history", query.History, query.UnknownItems, model, options.MaxHistory);
            else if (json.ValueTextEquals("k"u8))
            {
                json.Read();
                query.K = JsonIds.WholeNumber(ref json, pointer + "/k", 1, options.MaxK);
            }
            else if (json.ValueTextEquals("exclude"u8))
                ReadItems(ref json, pointer + "/exclude", query.Exclude, null, model, options.MaxItems);
            else if (json.ValueTextEquals("allow"u8))
            {
                query.HasAllow = true;
                ReadItems(ref json, pointer + "/allow", query.Allow, null, model, options.MaxItems);
            }
            else if (json.ValueTextEquals("filter"u8))
                query.Accept = FilterReader.Read(ref json, pointer + "/filter", model.Catalog);
            else if (json.ValueTextEquals("explain"u8))
            {
                json.Read();
                query.Explain = JsonIds.Switch(ref json, pointer + "/explain");
            }
            else if (json.ValueTextEquals("include_history"u8))
            {
                json.Read();
                query.IncludeHistory = JsonIds.Switch(ref json, pointer + "/include_history");
            }
            else if (json.ValueTextEquals("model"u8) && pointer.Length == 0)
                json.Skip();
            else
                throw Problem.Invalid(pointer, "The members are user, history, k, exclude, allow, filter, explain, include_history and, outside of a batch, model.");
        }
    }

    private static void ReadItems(ref Utf8JsonReader json, string pointer, List<int> items, List<string>? unknown, ServedModel model, int most)
    {
        RequireArray(ref json, pointer);
        Span<byte> scratch = stackalloc byte[JsonIds.Longest];
        items.Clear();
        unknown?.Clear();
        for (var count = 0; json.Read() && json.TokenType != JsonTokenType.EndArray; count++)
        {
            if (count == most)
                throw Problem.Invalid(pointer, $"At most {most} ids are taken.");
            var id = scratch[..JsonIds.Id(ref json, scratch, pointer)];
            var item = model.Items.Find(id);
            if (item >= 0)
                items.Add(item);
            else
                unknown?.Add(Encoding.UTF8.GetString(id));
        }
    }

    /// <summary>A reading of JSON.</summary>
    public delegate T Reading<T>(ref Utf8JsonReader json);
}
