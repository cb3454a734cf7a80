namespace MetaEmbed.Import.Columns;

/// <summary>Columns that were asked for, each by name or by number from 1; null to find it.</summary>
/// <param name="User">Names the user.</param>
/// <param name="Item">Names the item.</param>
/// <param name="Time">When it happened.</param>
/// <param name="Rating">What a threshold is compared with.</param>
/// <param name="Weight">What is added up over the events of a user and an item.</param>
public sealed record ColumnRequest(string? User = null, string? Item = null, string? Time = null, string? Rating = null, string? Weight = null);

/// <summary>Which columns an import makes use of.</summary>
/// <param name="Times">Whether times are read.</param>
/// <param name="Ratings">Whether ratings are read.</param>
/// <param name="Weights">Whether weights are read.</param>
internal sealed record ColumnNeeds(bool Times, bool Ratings, bool Weights);

/// <summary>The columns of a source, by place; -1 for none.</summary>
/// <param name="Names">Names of all columns.</param>
/// <param name="User">Names the user.</param>
/// <param name="Item">Names the item.</param>
/// <param name="Time">When it happened.</param>
/// <param name="Rating">What a threshold is compared with.</param>
/// <param name="Weight">What is added up.</param>
/// <param name="ByPlace">Whether users and items were taken by their place, there being no names that say so.</param>
internal sealed record ChosenColumns(IReadOnlyList<string> Names, int User, int Item, int Time, int Rating, int Weight, bool ByPlace)
{
    /// <summary>Column by what it is used for.</summary>
    public IReadOnlyDictionary<string, string> Described()
    {
        var described = new Dictionary<string, string>();
        foreach (var (role, place) in new[] { ("user", User), ("item", Item), ("time", Time), ("rating", Rating), ("weight", Weight) })
        {
            if (place >= 0)
                described[role] = Names[place];
        }

        return described;
    }
}
