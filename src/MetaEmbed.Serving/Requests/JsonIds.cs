using System.Globalization;
using System.Text;
using System.Text.Json;
using MetaEmbed.Serving.Problems;

namespace MetaEmbed.Serving.Requests;

/// <summary>Ids, numbers and words in a request's JSON, checked as they are read.</summary>
internal static class JsonIds
{
    /// <summary>Longest id in bytes of UTF-8.</summary>
    public const int Longest = 256;

    /// <summary>An id: a text, or a whole number taken as its digits.</summary>
    /// <param name="json">Stands on the value.</param>
    /// <param name="id">Gets the id in UTF-8; at least <see cref="Longest"/> bytes.</param>
    /// <param name="pointer">Where it stands, for the problem.</param>
    /// <returns>Its length.</returns>
    public static int Id(ref Utf8JsonReader json, scoped Span<byte> id, string pointer)
    {
        var length = json.HasValueSequence ? json.ValueSequence.Length : json.ValueSpan.Length;
        if (json.TokenType == JsonTokenType.Number && json.TryGetInt64(out var number))
            return number.TryFormat(id, out var written, default, CultureInfo.InvariantCulture) ? written : 0;
        if (json.TokenType != JsonTokenType.String)
            throw Problem.Invalid(pointer, "An id is a text or a whole number.");
        // An escaped character takes up to six bytes for each of UTF-8.
        if (length is 0 or > 6 * Longest)
            throw Problem.Invalid(pointer, $"An id has 1 to {Longest} bytes.");
        Span<byte> unescaped = stackalloc byte[6 * Longest];
        var count = json.CopyString(unescaped);
        if (count > Longest)
            throw Problem.Invalid(pointer, $"An id has 1 to {Longest} bytes.");
        foreach (var one in unescaped[..count])
        {
            if (one is < 32 or 127)
                throw Problem.Invalid(pointer, "An id holds no control characters.");
        }

        unescaped[..count].CopyTo(id);
        return count;
    }

    public static string Text(ref Utf8JsonReader json, string pointer)
    {
        Span<byte> scratch = stackalloc byte[Longest];
        return Encoding.UTF8.GetString(scratch[..Id(ref json, scratch, pointer)]);
    }

    public static int WholeNumber(ref Utf8JsonReader json, string pointer, int least, int most) =>
        json.TokenType == JsonTokenType.Number && json.TryGetInt32(out var number) && number >= least && number <= most
            ? number
            : throw Problem.Invalid(pointer, $"Give a whole number from {least} to {most}.");

    public static bool Switch(ref Utf8JsonReader json, string pointer) => json.TokenType switch
    {
        JsonTokenType.True => true,
        JsonTokenType.False => false,
        _ => throw Problem.Invalid(pointer, "Give true or false."),
    };
}
