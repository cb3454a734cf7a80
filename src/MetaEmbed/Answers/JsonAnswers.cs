using System.Text.Encodings.Web;
using System.Text.Json;

namespace MetaEmbed.Answers;

/// <summary>Answers as one JSON object a line, a line for each user.</summary>
internal sealed class JsonAnswers(Stream stream, AnswerTable table) : IAnswerWriter
{
    private readonly Utf8JsonWriter _json = new(stream, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    public void Write(IReadOnlyList<Answer> answers)
    {
        foreach (var answer in answers)
        {
            _json.WriteStartObject();
            _json.WriteString("user", answer.User);
            if (table.HasSource)
                _json.WriteString("source", answer.FromModel ? "model" : "popular");
            _json.WriteStartArray("items");
            foreach (var (item, score) in answer.Items.Span)
            {
                _json.WriteStartObject();
                _json.WriteString("item", table.Items.NameOf(item));
                if (table.HasTitles && table.Items.TitleOf(item) is { } title)
                    _json.WriteString("title", title);
                _json.WriteNumber("score", score);
                _json.WriteEndObject();
            }

            _json.WriteEndArray();
            _json.WriteEndObject();
            _json.Flush();
            _json.Reset();
            stream.WriteByte((byte)'\n');
        }
    }

    public void Dispose() => _json.Dispose();
}
