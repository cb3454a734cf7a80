using System.Buffers;
using System.Text.Json;
using MetaEmbed.Serving.Problems;
using MetaEmbed.Serving.Requests;

namespace MetaEmbed.Serving.Assistants;

/// <summary>Arguments of a tool that asks about items: a text or an id, how many, of which model.</summary>
/// <param name="Text">The text or id; null for none.</param>
/// <param name="K">How many items.</param>
/// <param name="Model">Name of the model; null for the first.</param>
internal sealed record ItemQuestion(string? Text, int K, string? Model)
{
    /// <summary>Reads them.</summary>
    /// <param name="arguments">An object.</param>
    /// <param name="member">Name of the text's member; null where nothing but the model may be named.</param>
    /// <param name="mostK">Most items.</param>
    /// <exception cref="Problem">An argument is none.</exception>
    public static ItemQuestion Read(ReadOnlySequence<byte> arguments, string? member, int mostK) => QueryReader.Guarded(arguments, (ref Utf8JsonReader json) =>
    {
        var asked = new ItemQuestion(null, Math.Min(10, mostK), null);
        QueryReader.RequireObject(ref json, "");
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var name = json.GetString()!;
            json.Read();
            asked = name switch
            {
                "model" => asked with { Model = json.TokenType == JsonTokenType.Null ? null : JsonIds.Text(ref json, "/model") },
                "k" when member is not null => asked with { K = JsonIds.WholeNumber(ref json, "/k", 1, mostK) },
                "text" when member == "text" => asked with { Text = json.TokenType == JsonTokenType.String ? json.GetString() : throw Problem.Invalid("/text", "Give a text.") },
                "item" when member == "item" => asked with { Text = JsonIds.Text(ref json, "/item") },
                _ => throw Problem.Invalid("", member is null ? "The only argument is model." : $"The arguments are {member}, k and model."),
            };
        }

        return asked;
    });
}
