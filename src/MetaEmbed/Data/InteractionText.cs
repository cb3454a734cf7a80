namespace MetaEmbed.Data;

/// <summary>A line of a text of interactions that names a user.</summary>
/// <param name="User">The user.</param>
/// <param name="Start">Where the line's items start among all items of the text.</param>
/// <param name="Number">Number of the line in the file, from 1.</param>
internal readonly record struct InteractionTextLine(int User, int Start, long Number);

/// <summary>
/// What a text of interactions says, in its own order and unchecked: lines of a user and items. Kept as read, so that
/// a later complaint (an item twice, an item in two files) can name the line.
/// </summary>
internal sealed class InteractionText
{
    private readonly InteractionTextLine[] _lines;
    private readonly int[] _items;

    /// <summary>Takes over the arrays; only their first <paramref name="lineCount"/> and <paramref name="itemCount"/> elements count.</summary>
    public InteractionText(string file, InteractionTextLine[] lines, int lineCount, int[] items, int itemCount, int maxUser, int maxItem, UInt128 hash)
    {
        File = file;
        _lines = lines;
        LineCount = lineCount;
        _items = items;
        Count = itemCount;
        MaxUser = maxUser;
        MaxItem = maxItem;
        Hash = hash;
    }

    /// <summary>The file, as the user named it.</summary>
    public string File { get; }

    /// <summary>Number of lines that name a user.</summary>
    public int LineCount { get; }

    /// <summary>Number of items, all lines together.</summary>
    public int Count { get; }

    /// <summary>Largest user id; -1 where there is none.</summary>
    public int MaxUser { get; }

    /// <summary>Largest item id; -1 where there is none.</summary>
    public int MaxItem { get; }

    /// <summary>XxHash128 of the file's bytes.</summary>
    public UInt128 Hash { get; }

    /// <summary>The lines in the order of the file.</summary>
    public ReadOnlySpan<InteractionTextLine> Lines => _lines.AsSpan(0, LineCount);

    /// <summary>The items in the order of the file.</summary>
    public ReadOnlySpan<int> Items => _items.AsSpan(0, Count);

    /// <summary>The items of a line, in its order.</summary>
    public ReadOnlySpan<int> ItemsOf(int line)
    {
        var end = line + 1 < LineCount ? _lines[line + 1].Start : Count;
        return _items.AsSpan(_lines[line].Start, end - _lines[line].Start);
    }

    /// <summary>Number of the first line of the file where a user has an item; 0 where there is none.</summary>
    public long LineNumberOf(int user, int item) => FirstLine(line => _lines[line].User == user && ItemsOf(line).Contains(item));

    /// <summary>Number of the first line of a user; 0 where there is none.</summary>
    public long LineNumberOf(int user) => FirstLine(line => _lines[line].User == user);

    /// <summary>Number of the first line that holds an item; 0 where there is none.</summary>
    public long LineNumberOfItem(int item) => FirstLine(line => ItemsOf(line).Contains(item));

    private long FirstLine(Predicate<int> holds)
    {
        for (var line = 0; line < LineCount; line++)
        {
            if (holds(line))
                return _lines[line].Number;
        }

        return 0;
    }
}
