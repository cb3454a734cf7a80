using MetaEmbed.Data.Events;

namespace MetaEmbed.ML;

/// <summary>A row of a view as an event.</summary>
internal struct EventRow()
{
    public ReadOnlyMemory<char> User;
    public ReadOnlyMemory<char> Item;
    public long Time = EventBatch.NoTime;
    public double Rating = double.NaN;
    public double Weight = 1;
}

/// <summary>What reads each column of the row that a cursor stands on.</summary>
internal sealed record RowReaders(
    Func<ReadOnlyMemory<char>> User, Func<ReadOnlyMemory<char>> Item, Func<long?>? Time, Func<double>? Rating, Func<double>? Weight)
{
    /// <summary>Reads the row; says why it is no event, or null.</summary>
    public string? Fill(ref EventRow row)
    {
        (row.User, row.Item) = (User(), Item());
        if (EventName.Flaw(row.User.Span.Trim()) is { } user)
            return "the user " + user;
        if (EventName.Flaw(row.Item.Span.Trim()) is { } item)
            return "the item " + item;
        if (Time is not null)
        {
            if (Time() is not { } time)
                return "the time is missing or too large";
            row.Time = time;
        }

        if (Rating is not null)
            row.Rating = Rating();
        if (Weight is not null && !double.IsFinite(row.Weight = Weight()))
            return "the weight is missing";
        return null;
    }
}
