namespace MetaEmbed.Data.Events;

/// <summary>
/// Where rows and pairs went. Every row is counted: rows = rejected + low rating + outside of time + repeats + pairs;
/// pairs = low weight + in both files + outside of the core + cold + train + test + history and test of new users.
/// </summary>
public sealed record ImportCounts
{
    /// <summary>Rows of all sources, headers and blank lines apart.</summary>
    public long Rows { get; init; }

    /// <summary>Rows that cannot be used.</summary>
    public long Rejected { get; init; }

    /// <summary>Events with a rating below the threshold.</summary>
    public long LowRating { get; init; }

    /// <summary>Events before or after the time range.</summary>
    public long OutsideTime { get; init; }

    /// <summary>Events of a user and an item that had met before.</summary>
    public long Repeats { get; init; }

    /// <summary>Pairs whose weights add up to too little.</summary>
    public long LowWeight { get; init; }

    /// <summary>Pairs of a test file that are in a train file too.</summary>
    public long InBothFiles { get; init; }

    /// <summary>Pairs of users or items with too few others.</summary>
    public long OutsideCore { get; init; }

    /// <summary>Pairs whose user or item training never met.</summary>
    public long Cold { get; init; }

    /// <summary>Users of the dataset.</summary>
    public int Users { get; init; }

    /// <summary>Items of the dataset.</summary>
    public int Items { get; init; }

    /// <summary>Training pairs.</summary>
    public long Train { get; init; }

    /// <summary>Test pairs.</summary>
    public long Test { get; init; }

    /// <summary>Held-out users.</summary>
    public int NewUsers { get; init; }

    /// <summary>Pairs known of them.</summary>
    public long NewHistory { get; init; }

    /// <summary>Pairs asked of them.</summary>
    public long NewTest { get; init; }

    /// <summary>Earliest time that counts; null where times were not read.</summary>
    public string? First { get; init; }

    /// <summary>Latest time that counts.</summary>
    public string? Last { get; init; }

    /// <summary>With the split time: first moment of test events.</summary>
    public string? TestSince { get; init; }
}
