namespace MetaEmbed.Serving.Events;

/// <summary>Reads one file of the event log to its end.</summary>
internal static class SegmentReader
{
    private const int Block = 1 << 16;

    // A line is an event of two ids and a type: far below this. What has no line feed for longer is no line.
    private const int LongestLine = 1 << 14;

    /// <summary>Reads it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="take">Told user and item of each event.</param>
    /// <returns>Its length, where the last whole event ends, and lines before that which are no events.</returns>
    public static (long Length, long End, long Damaged) Read(string path, Action<string, string> take)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1);
        var buffer = new byte[Block];
        long at = 0, end = 0, damaged = 0, suspect = 0;
        var filled = 0;
        while (file.Read(buffer, filled, buffer.Length - filled) is > 0 and var read)
        {
            filled += read;
            var rest = buffer.AsSpan(0, filled);
            for (int feed; (feed = rest.IndexOf((byte)'\n')) >= 0; rest = rest[(feed + 1)..])
            {
                at += feed + 1;
                if (!EventLines.TryRead(rest[..feed], out var user, out var item))
                {
                    suspect++;
                    continue;
                }

                take(user, item);
                (end, damaged, suspect) = (at, damaged + suspect, 0);
            }

            if (rest.Length > LongestLine)
            {
                at += rest.Length;
                rest = [];
            }

            rest.CopyTo(buffer);
            filled = rest.Length;
        }

        return (file.Length, end, damaged);
    }
}
