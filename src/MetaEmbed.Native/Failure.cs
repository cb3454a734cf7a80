using System.Text;
using MetaEmbed.Inference;

namespace MetaEmbed.Native;

/// <summary>What a call answers when it fails, and the text that the thread can ask for.</summary>
internal static unsafe class Failure
{
    public const int Mistake = -1;
    public const int Argument = -2;
    public const int Bug = -3;

    [ThreadStatic]
    private static string? _last;

    public static int Of(int code, string text)
    {
        _last = text;
        return code;
    }

    /// <summary>No exception may reach C.</summary>
    public static int Of(Exception error) => error switch
    {
        UserMistakeException => Of(Mistake, error.Message),
        ObjectDisposedException => Of(Argument, "the model is closed"),
        _ => Of(Bug, $"{error.GetType().Name}: {error.Message}"),
    };

    public static int CopyLast(byte* buffer, int size) => Copy(_last ?? "", buffer, size);

    /// <summary>UTF-8 and a zero byte, cut at the start of a character where it does not fit; returns the whole length.</summary>
    public static int Copy(string text, byte* buffer, int size)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        if (size <= 0)
            return bytes.Length;
        var count = Math.Min(bytes.Length, size - 1);
        while (count < bytes.Length && count > 0 && (bytes[count] & 0xC0) == 0x80)
            count--;
        bytes.AsSpan(0, count).CopyTo(new Span<byte>(buffer, size));
        buffer[count] = 0;
        return bytes.Length;
    }
}
