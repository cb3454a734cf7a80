using System.Globalization;
using MetaEmbed.Data.Events;
using MetaEmbed.Experiments;
using MetaEmbed.Inference;

namespace MetaEmbed.Import.Columns;

/// <summary>
/// Decides which column is which: as asked for; else by name; else, where there are no names or just two columns, by
/// place: user first, then item, and of the others those whose cells look like times and ratings.
/// </summary>
internal static class ColumnFinder
{
    /// <summary>Finds the columns.</summary>
    /// <param name="file">The file, for messages.</param>
    /// <param name="names">Names of the columns; for a table without a header 1, 2, 3 ...</param>
    /// <param name="hasNames">Whether the names are real.</param>
    /// <param name="sample">Some rows.</param>
    /// <param name="request">What was asked for.</param>
    /// <param name="needs">What must be there.</param>
    /// <exception cref="UserMistakeException">A column is missing, or may be one of several.</exception>
    public static ChosenColumns Find(
        string file, IReadOnlyList<string> names, bool hasNames, IReadOnlyList<string[]> sample, ColumnRequest request, ColumnNeeds needs)
    {
        var taken = new HashSet<int>();
        var user = Asked(file, names, hasNames, "--user", request.User, taken);
        var item = Asked(file, names, hasNames, "--item", request.Item, taken);
        var time = Asked(file, names, hasNames, "--time", request.Time, taken);
        var rating = Asked(file, names, hasNames, "--rating", request.Rating, taken);
        var weight = Asked(file, names, hasNames, "--weight", request.Weight, taken);
        if (hasNames)
        {
            user = ByName(names, ColumnNames.User, user, taken);
            item = ByName(names, ColumnNames.Item, item, taken);
            time = ByName(names, ColumnNames.Time, time, taken);
            rating = ByName(names, ColumnNames.Rating, rating, taken);
            weight = ByName(names, ColumnNames.Weight, weight, taken);
        }

        var byPlace = false;
        if ((user < 0 || item < 0) && (!hasNames || names.Count == 2))
        {
            byPlace = true;
            user = user >= 0 ? user : Next(names, taken);
            item = item >= 0 ? item : Next(names, taken);
        }

        if (!hasNames)
        {
            time = time >= 0 ? time : ByCells(names, sample, taken, LooksLikeTime);
            rating = rating >= 0 ? rating : ByCells(names, sample, taken, LooksLikeRating);
        }

        Require(file, names, "the users", "--user", user);
        Require(file, names, "the items", "--item", item);
        if (needs.Times)
            Require(file, names, "the times", "--time", time);
        if (needs.Ratings)
            Require(file, names, "the ratings", "--rating", rating);
        if (needs.Weights)
            Require(file, names, "the weights", "--weight", weight);
        return new ChosenColumns(names, user, item, time, rating, weight, byPlace);
    }

    /// <summary>
    /// Whether cells of a first row are names: one of them is asked for or known, or a column of numbers starts with a word.
    /// </summary>
    public static bool IsHeader(string[] first, IReadOnlyList<string[]> others, ColumnRequest request)
    {
        string?[] asked = [request.User, request.Item, request.Time, request.Rating, request.Weight];
        if (asked.Any(name => name is not null && !IsNumber(name) && first.Contains(name, StringComparer.OrdinalIgnoreCase)))
            return true;
        if (first.All(cell => IsNumber(cell) || cell.Length == 0))
            return false;
        var known = ColumnNames.User.Concat(ColumnNames.Item).Concat(ColumnNames.Time).Concat(ColumnNames.Rating).Concat(ColumnNames.Weight).ToHashSet();
        if (first.Any(cell => known.Contains(ColumnNames.Plain(cell))))
            return true;
        return Enumerable.Range(0, first.Length).Any(column =>
            !IsNumber(first[column]) && others.Count > 0 && others.All(row => column < row.Length && IsNumber(row[column])));
    }

    /// <summary>The place of a column by name or by number from 1.</summary>
    public static int Place(string file, IReadOnlyList<string> names, bool hasNames, string option, string asked)
    {
        if (hasNames)
        {
            foreach (var comparison in new[] { StringComparison.Ordinal, StringComparison.OrdinalIgnoreCase })
            {
                var places = Enumerable.Range(0, names.Count).Where(place => names[place].Equals(asked, comparison) || names[place].Split(':')[0].Equals(asked, comparison)).ToArray();
                if (places.Length > 1)
                    throw new UserMistakeException(file, 1, $"{places.Length} columns are called '{asked}'", $"give {option} the column's number, from 1");
                if (places.Length == 1)
                    return places[0];
            }
        }

        if (int.TryParse(asked, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= names.Count)
            return number - 1;
        throw new UserMistakeException(
            file, null, hasNames ? $"there is no column '{asked}'" : $"there is no column '{asked}': the file has {names.Count} and no names for them",
            hasNames ? Spelling.Nearest(asked, names) is { } near ? $"did you mean '{near}'?" : $"the columns are {List(names)}" : $"give {option} a number from 1 to {names.Count}");
    }

    private static int Asked(string file, IReadOnlyList<string> names, bool hasNames, string option, string? asked, HashSet<int> taken)
    {
        if (asked is null)
            return -1;
        var place = Place(file, names, hasNames, option, asked);
        return taken.Add(place) ? place : throw new UserMistakeException(file, null, $"column '{names[place]}' is asked for twice", $"give {option} another column");
    }

    private static int ByName(IReadOnlyList<string> names, string[] usual, int chosen, HashSet<int> taken)
    {
        if (chosen >= 0)
            return chosen;
        foreach (var name in usual)
        {
            for (var place = 0; place < names.Count; place++)
            {
                if (ColumnNames.Plain(names[place]) == name && taken.Add(place))
                    return place;
            }
        }

        return -1;
    }

    private static int Next(IReadOnlyList<string> names, HashSet<int> taken)
    {
        for (var place = 0; place < names.Count; place++)
        {
            if (taken.Add(place))
                return place;
        }

        return -1;
    }

    private static int ByCells(IReadOnlyList<string> names, IReadOnlyList<string[]> sample, HashSet<int> taken, Func<string, bool> looks)
    {
        for (var place = 0; place < names.Count; place++)
        {
            if (!taken.Contains(place) && sample.Count > 0 && sample.All(row => place < row.Length && looks(row[place])) && taken.Add(place))
                return place;
        }

        return -1;
    }

    private static bool LooksLikeTime(string cell) =>
        EventTime.TryReadDate(cell, out _) || (double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number is >= 1e8 and < 1e19);

    private static bool LooksLikeRating(string cell) => double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number is >= 0 and <= 100;

    private static bool IsNumber(string cell) => double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out _);

    private static void Require(string file, IReadOnlyList<string> names, string what, string option, int place)
    {
        if (place < 0)
            throw new UserMistakeException(file, null, $"no column is known to hold {what}; the columns are {List(names)}", $"name it with {option}");
    }

    private static string List(IReadOnlyList<string> names) => string.Join(", ", names.Take(20).Select(name => EventName.Shown(name))) + (names.Count > 20 ? ", ..." : "");
}
