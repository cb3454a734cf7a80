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

    /// <summary>
    /// The nearest candidates: those that begin with the word, or else those with the fewest edits, as <see cref="Nearest"/>
    /// counts them, in the order of the candidates.
    /// </summary>
    /// <param name="word">What was typed.</param>
    /// <param name="candidates">What is known.</param>
    /// <param name="most">How many at most.</param>
    public static IReadOnlyList<string> NearestFew(string word, IEnumerable<string> candidates, int most)
    {
        var fewest = word.Length <= 3 ? 1 : Math.Max(2, word.Length / 3);
        var found = new List<string>();
        foreach (var candidate in candidates)
        {
            var begins = word.Length >= 3 && candidate.StartsWith(word, StringComparison.OrdinalIgnoreCase);
            if (!begins && Math.Abs(candidate.Length - word.Length) > fewest)
                continue;
            var edits = begins ? 0 : Edits(word, candidate);
            if (edits > fewest || edits >= Math.Max(word.Length, candidate.Length))
                continue;
            if (edits < fewest)
                found.Clear();
            fewest = edits;
            if (found.Count < most && !found.Contains(candidate))
                found.Add(candidate);
        }

        return found;
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
