namespace MetaEmbed.ML;

/// <summary>Columns of a data view besides those of users and items; each may be null for none.</summary>
public sealed record DataViewColumns
{
    /// <summary>When: a DateTime (in UTC), a DateTimeOffset, or a number since 1970, in seconds or thousandths and so on by its size.</summary>
    public string? Time { get; init; }

    /// <summary>How much the user liked it: a number, looked at where the request filters by rating.</summary>
    public string? Rating { get; init; }

    /// <summary>How often: a number; the sum over the events of a user and an item must be above 0.</summary>
    public string? Weight { get; init; }
}
