using MetaEmbed.Data.Events;

namespace MetaEmbed;

/// <summary>A sequence of events as a source that is read once; the first one is looked at before.</summary>
internal sealed class EventsInMemory : IEventSource, IDisposable
{
    private readonly IEnumerator<ItemEvent> _events;
    private readonly string _name;
    private readonly EventFilter _filter;
    private bool _left;

    public EventsInMemory(IEnumerable<ItemEvent> events, string name, EventFilter filter)
    {
        (_events, _name, _filter) = (events.GetEnumerator(), name, filter);
        _left = _events.MoveNext();
        HasTimes = _left && _events.Current.Time is not null;
    }

    /// <summary>Whether the first event has a time; then all must have one.</summary>
    public bool HasTimes { get; }

    /// <inheritdoc/>
    public bool IsTest => false;

    /// <inheritdoc/>
    public void Read(Action<EventBatch> take, RejectedRows rejected)
    {
        var batch = new EventBatch();
        for (var number = 1L; _left; number++, _left = _events.MoveNext())
        {
            var one = _events.Current;
            if (Flaw(one) is { } flaw)
            {
                rejected.Add(_name, number, flaw);
                continue;
            }

            batch.Append(one.User.AsSpan().Trim(), one.Item.AsSpan().Trim(), one.Time is { } time ? EventTime.Of(time) : EventBatch.NoTime, one.Rating ?? double.NaN, one.Weight);
            if (!batch.IsFull)
                continue;
            take(batch);
            batch.Clear();
        }

        if (batch.Count > 0)
            take(batch);
    }

    public void Dispose() => _events.Dispose();

    private string? Flaw(ItemEvent one)
    {
        if (EventName.Flaw(one.User.AsSpan().Trim()) is { } user)
            return "the user " + user;
        if (EventName.Flaw(one.Item.AsSpan().Trim()) is { } item)
            return "the item " + item;
        if (HasTimes && one.Time is null)
            return "it has no time, others have";
        if (_filter.MinRating is not null && one.Rating is not { } rating)
            return "it has no rating";
        return double.IsFinite(one.Weight) ? null : $"the weight {one.Weight} is no number";
    }
}
