namespace MetaEmbed.Data.Events;

/// <summary>Which events count.</summary>
/// <param name="MinRating">Smallest rating of an event that counts; null to look at none.</param>
/// <param name="Since">First moment, microseconds since 1970; null for the beginning.</param>
/// <param name="Until">First moment that is too late; null for the end.</param>
/// <param name="MinWeight">Smallest sum of weights of a pair; looked at only where there is a column of weights.</param>
public sealed record EventFilter(double? MinRating = null, long? Since = null, long? Until = null, double MinWeight = 0)
{
    /// <summary>Whether it looks at times.</summary>
    public bool NeedsTimes => Since is not null || Until is not null;
}
