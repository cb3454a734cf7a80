using System.Runtime.CompilerServices;
using MetaEmbed.Inference;

namespace MetaEmbed.Data;

/// <summary>
/// Turns lines of users and items into rows of distinct, ascending items. The loops are compiled once at full
/// optimisation: a dataset is read once, so there is no time to warm up.
/// </summary>
internal static class InteractionsBuilder
{
    /// <summary>Builds the rows; a user's lines are put together.</summary>
    /// <param name="text">The lines.</param>
    /// <param name="userCount">Number of users, above the largest in the text.</param>
    /// <param name="itemCount">Number of items, above the largest in the text.</param>
    /// <param name="refuseRepeats">Whether an item twice for one user is a mistake; else it counts once.</param>
    /// <exception cref="UserMistakeException">An item twice, where that is refused; it names the line.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static Interactions Build(InteractionText text, int userCount, int itemCount, bool refuseRepeats)
    {
        var rowStart = new int[userCount + 1];
        var lines = text.Lines;
        var ordered = true;
        var previous = -1;
        for (var line = 0; line < lines.Length; line++)
        {
            var user = lines[line].User;
            rowStart[user + 1] += text.ItemsOf(line).Length;
            ordered &= user > previous;
            previous = user;
        }

        for (var user = 0; user < userCount; user++)
            rowStart[user + 1] += rowStart[user];

        var items = GC.AllocateUninitializedArray<int>(text.Count);
        if (ordered)
            text.Items.CopyTo(items);
        else
            Gather(text, rowStart, items);
        items = Order(text, rowStart, items, refuseRepeats);
        return new Interactions(itemCount, rowStart, items);
    }

    /// <summary>Refuses an item that a user has in both.</summary>
    /// <param name="train">Training rows.</param>
    /// <param name="trainText">The text they come from.</param>
    /// <param name="test">Test rows.</param>
    /// <param name="testText">The text they come from.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void RefuseShared(Interactions train, InteractionText trainText, Interactions test, InteractionText testText)
    {
        for (var user = 0; user < train.UserCount; user++)
        {
            var learnt = train.Of(user);
            var held = test.Of(user);
            var i = 0;
            var j = 0;
            while (i < learnt.Length && j < held.Length)
            {
                if (learnt[i] == held[j])
                {
                    throw new UserMistakeException(
                        testText.File,
                        testText.LineNumberOf(user, held[j]),
                        $"item {held[j]} of user {user} is in {Path.GetFileName(trainText.File)} too (line {trainText.LineNumberOf(user, held[j])})",
                        "take it out of one of the two files");
                }

                if (learnt[i] < held[j])
                    i++;
                else
                    j++;
            }
        }
    }

    // Users out of order or on several lines: each line's items go behind those that the user already has.
    private static void Gather(InteractionText text, int[] rowStart, int[] items)
    {
        var next = rowStart.AsSpan(0, rowStart.Length - 1).ToArray();
        for (var line = 0; line < text.LineCount; line++)
        {
            var row = text.ItemsOf(line);
            ref var at = ref next[text.Lines[line].User];
            row.CopyTo(items.AsSpan(at));
            at += row.Length;
        }
    }

    // Sorts each row and takes repeats out; rowStart is moved along with them.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int[] Order(InteractionText text, int[] rowStart, int[] items, bool refuseRepeats)
    {
        var kept = 0;
        var start = 0;
        for (var user = 0; user + 1 < rowStart.Length; user++)
        {
            var row = items.AsSpan(start, rowStart[user + 1] - start);
            start += row.Length;
            var unique = row.Length;
            if (!IsAscending(row))
            {
                row.Sort();
                unique = MoveRepeats(row);
                if (unique < row.Length && refuseRepeats)
                    throw Repeated(text, user);
            }

            if (kept + row.Length < start)
                row[..unique].CopyTo(items.AsSpan(kept));
            kept += unique;
            rowStart[user + 1] = kept;
        }

        return kept == items.Length ? items : items.AsSpan(0, kept).ToArray();
    }

    private static bool IsAscending(ReadOnlySpan<int> row)
    {
        for (var i = 1; i < row.Length; i++)
        {
            if (row[i - 1] >= row[i])
                return false;
        }

        return true;
    }

    private static int MoveRepeats(Span<int> row)
    {
        var unique = 1;
        for (var i = 1; i < row.Length; i++)
        {
            if (row[i] != row[unique - 1])
                row[unique++] = row[i];
        }

        return unique;
    }

    private static UserMistakeException Repeated(InteractionText text, int user)
    {
        // The first repeat in the order of the file.
        var seen = new HashSet<int>();
        for (var line = 0; line < text.LineCount; line++)
        {
            if (text.Lines[line].User != user)
                continue;
            foreach (var item in text.ItemsOf(line))
            {
                if (!seen.Add(item))
                    return new UserMistakeException(text.File, text.Lines[line].Number, $"item {item} stands twice for user {user}", "write each item of a user once");
            }
        }

        throw new InvalidOperationException("no repeat found");
    }
}
