using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using MetaEmbed.Inference.Files;

namespace MetaEmbed.Serving.Events;

/// <summary>Events as lines of the log: JSON with a checksum of each line, as <see cref="CheckedLine"/> tells.</summary>
internal static class EventLines
{
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>The lines of some events, a line feed behind each.</summary>
    public static byte[] Of(IReadOnlyList<UserEvent> events)
    {
        var text = new ArrayBufferWriter<byte>(128 * events.Count);
        var line = new ArrayBufferWriter<byte>(256);
        using var json = new Utf8JsonWriter(line, Plain);
        foreach (var one in events)
        {
            line.ResetWrittenCount();
            json.Reset(line);
            json.WriteStartObject();
            json.WriteNumber("time"u8, one.Time);
            json.WriteString("user"u8, one.User);
            json.WriteString("item"u8, one.Item);
            if (one.Type is not null)
                json.WriteString("type"u8, one.Type);
            if (double.IsFinite(one.Rating))
                json.WriteNumber("rating"u8, one.Rating);
            json.WriteEndObject();
            json.Flush();
            Append(text, line.WrittenSpan);
        }

        return text.WrittenSpan.ToArray();
    }

    /// <summary>Reads a line.</summary>
    /// <param name="line">The line without its line feed.</param>
    /// <param name="user">The user.</param>
    /// <param name="item">The item.</param>
    /// <returns>Whether the line is whole and an event.</returns>
    public static bool TryRead(ReadOnlySpan<byte> line, out string user, out string item)
    {
        (user, item) = ("", "");
        if (!CheckedLine.IsIntact(line))
            return false;
        var json = new Utf8JsonReader(line);
        while (json.Read())
        {
            if (json.TokenType != JsonTokenType.PropertyName)
                continue;
            var (isUser, isItem) = (json.ValueTextEquals("user"u8), json.ValueTextEquals("item"u8));
            json.Read();
            if (isUser)
                user = json.GetString() ?? "";
            else if (isItem)
                item = json.GetString() ?? "";
        }

        return user.Length > 0 && item.Length > 0;
    }

    private static void Append(ArrayBufferWriter<byte> text, ReadOnlySpan<byte> json)
    {
        var members = json[1..]; // the checksum takes the place of the brace
        var length = CheckedLine.PrefixLength + members.Length;
        var line = text.GetSpan(length + 1);
        members.CopyTo(line[CheckedLine.PrefixLength..]);
        CheckedLine.Seal(line[..length]);
        line[length] = (byte)'\n';
        text.Advance(length + 1);
    }
}
