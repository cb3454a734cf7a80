using System.Globalization;
using MetaEmbed.Data.Events;
using MetaEmbed.Import.Columns;

namespace MetaEmbed.Import.Readers;

/// <summary>
/// Turns the cells of a row into an event, or into a reason why it is none. Every reader ends here, so that all formats
/// have the same rules: spaces around an id do not count; an id is not empty, has at most
/// <see cref="IdMap.LongestName"/> bytes and no control characters.
/// </summary>
internal sealed class RowIntake
{
    private readonly EventBatch _batch = new();
    private readonly string _file;
    private readonly ColumnNeeds _needs;
    private readonly Action<EventBatch> _take;
    private readonly RejectedRows _rejected;

    public RowIntake(string file, ColumnNeeds needs, Action<EventBatch> take, RejectedRows rejected) =>
        (_file, _needs, _take, _rejected) = (file, needs, take, rejected);

    /// <summary>Reads times that are numbers; one for a file, so that the first one decides their unit.</summary>
    public EventTime Clock { get; } = new();

    /// <summary>Takes a row whose cells are text.</summary>
    /// <param name="line">Its line.</param>
    /// <param name="user">The user.</param>
    /// <param name="item">The item.</param>
    /// <param name="time">The time; looked at only where times are needed, as are the next two.</param>
    /// <param name="rating">The rating.</param>
    /// <param name="weight">The weight.</param>
    public void Take(long line, ReadOnlySpan<char> user, ReadOnlySpan<char> item, ReadOnlySpan<char> time, ReadOnlySpan<char> rating, ReadOnlySpan<char> weight)
    {
        var moment = EventBatch.NoTime;
        var (stars, load) = (double.NaN, 1.0);
        if (_needs.Times && !Clock.TryRead(time.Trim(), out moment))
            Reject(line, $"the time '{EventName.Shown(time)}' is neither a number nor an ISO date");
        else if (_needs.Ratings && !TryReadNumber(rating, out stars))
            Reject(line, $"the rating '{EventName.Shown(rating)}' is no number");
        else if (_needs.Weights && !TryReadNumber(weight, out load))
            Reject(line, $"the weight '{EventName.Shown(weight)}' is no number");
        else
            Add(line, user, item, moment, stars, load);
    }

    /// <summary>Takes a row whose time, rating and weight are numbers already.</summary>
    public void Add(long line, ReadOnlySpan<char> user, ReadOnlySpan<char> item, long time, double rating, double weight)
    {
        user = user.Trim();
        item = item.Trim();
        if (EventName.Flaw(user) is { } flaw)
            Reject(line, $"the user {flaw}");
        else if (EventName.Flaw(item) is { } other)
            Reject(line, $"the item {other}");
        else
        {
            _batch.Append(user, item, time, rating, weight);
            if (_batch.IsFull)
                Flush();
        }
    }

    /// <summary>Takes a row of a user and an item that are digits in UTF-8.</summary>
    public void Add(long line, ReadOnlySpan<byte> user, ReadOnlySpan<byte> item)
    {
        if (Math.Max(user.Length, item.Length) > IdMap.LongestName)
        {
            Reject(line, $"an id has {Math.Max(user.Length, item.Length):N0} bytes, more than {IdMap.LongestName:N0}");
            return;
        }

        _batch.Append(user, item);
        if (_batch.IsFull)
            Flush();
    }

    /// <summary>Counts a row that cannot be used.</summary>
    public void Reject(long line, string reason) => _rejected.Add(_file, line, reason);

    /// <summary>Passes on what is left; the last thing a reader does.</summary>
    public void Flush()
    {
        if (_batch.Count == 0)
            return;
        _take(_batch);
        _batch.Clear();
    }

    private static bool TryReadNumber(ReadOnlySpan<char> text, out double number) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number) && double.IsFinite(number);
}
