using System.Globalization;

namespace MetaEmbed.Import.Tests;

/// <summary>A table of events in which users of a group meet items of the group: two groups, forty users, 24 items.</summary>
internal static class Clusters
{
    public const int Users = 40;
    public const int Items = 24;
    public const int Rows = Users * 9;

    /// <summary>The events: nine different items of each user.</summary>
    public static IEnumerable<(string User, string Item, int Day)> Events =>
        from user in Enumerable.Range(0, Users)
        from draw in Enumerable.Range(0, 9)
        select (Name("user", user), Name("item", ((user + (draw * 5)) % 12 * 2) + (user % 2)), draw + 1);

    /// <summary>Writes them as a CSV file.</summary>
    public static string Write(Workplace place) =>
        place.Write("clusters.csv", "user,item\n" + string.Concat(Events.Select(one => $"{one.User},{one.Item}\n")));

    private static string Name(string what, int number) => string.Create(CultureInfo.InvariantCulture, $"{what}-{number}");
}
