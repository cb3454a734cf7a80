namespace MetaEmbed.Experiments;

/// <summary>Finds what somebody meant by a mistyped name.</summary>
public static class Spelling
{
    /// <summary>
    /// The candidate with the fewest edits (a character added, dropped, changed, or two neighbours swapped), or null
    /// where none is near: at most a third of the word, but two edits in any case. Ties go to the earlier candidate.
    /// </summary>
    /// <param name="word">What was typed.</param>
    /// <param name="candidates">What is known.</param>
    public static string? Nearest(string word, IEnumerable<string> candidates)
    {
        string? best = null;
        var fewest = Math.Max(2, word.Length / 3) + 1;
        foreach (var candidate in candidates)
        {
            var edits = Edits(word, candidate);
            if (edits < fewest && edits < Math.Max(word.Length, candidate.Length))
                (best, fewest) = (candidate, edits);
        }

        return best;
    }

    /// <summary>A clause for an error: the nearest candidate, or all of them where none is near.</summary>
    /// <param name="word">What was typed.</param>
    /// <param name="candidates">What is known.</param>
    public static string Advice(string word, IReadOnlyCollection<string> candidates) =>
        Nearest(word, candidates) is { } near ? $"did you mean '{near}'?" : $"known are {string.Join(", ", candidates)}";

    // Restricted Damerau-Levenshtein distance, three rows of the table at a time.
    private static int Edits(string a, string b)
    {
        int[] before = new int[b.Length + 1], above = new int[b.Length + 1], row = new int[b.Length + 1];
        for (var j = 0; j <= b.Length; j++)
            above[j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var same = char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[j - 1]);
                row[j] = Math.Min(Math.Min(above[j], row[j - 1]) + 1, above[j - 1] + (same ? 0 : 1));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    row[j] = Math.Min(row[j], before[j - 2] + 1);
            }

            (before, above, row) = (above, row, before);
        }

        return above[b.Length];
    }
}
