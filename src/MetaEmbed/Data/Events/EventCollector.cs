using MetaEmbed.Inference;

namespace MetaEmbed.Data.Events;

/// <summary>How many rows went which way; each row is in one of them, or in the table.</summary>
internal sealed record EventCounts
{
    /// <summary>Events read, those included that do not count.</summary>
    public long Events { get; init; }

    /// <summary>Events with too low a rating.</summary>
    public long LowRating { get; init; }

    /// <summary>Events outside of the time range.</summary>
    public long OutsideTime { get; init; }

    /// <summary>Earliest time of an event that counts; null without times.</summary>
    public long? First { get; init; }

    /// <summary>Latest time of an event that counts.</summary>
    public long? Last { get; init; }
}

/// <summary>Numbers users and items of events as they come, and keeps those that count.</summary>
internal sealed class EventCollector(EventFilter filter, bool keepsTimes, bool keepsWeights)
{
    private readonly ulong[] _hashes = new ulong[2 * EventBatch.Capacity];
    private long _events;
    private long _lowRating;
    private long _outsideTime;
    private long _first = long.MaxValue;
    private long _last = long.MinValue;

    public IdMap Users { get; } = new();

    public IdMap Items { get; } = new();

    /// <summary>Events of all sources, or of those that are no test sources.</summary>
    public EventTable Train { get; } = new(keepsTimes, keepsWeights);

    /// <summary>Events of test sources.</summary>
    public EventTable Test { get; } = new(keepsTimes, keepsWeights);

    public EventCounts Counts => new()
    {
        Events = _events,
        LowRating = _lowRating,
        OutsideTime = _outsideTime,
        First = _first == long.MaxValue ? null : _first,
        Last = _last == long.MinValue ? null : _last,
    };

    /// <summary>Takes a batch.</summary>
    public void Take(EventBatch batch, bool isTest)
    {
        var table = isTest ? Test : Train;
        if (table.Count + batch.Count > int.MaxValue)
            throw new UserMistakeException($"there are more than {int.MaxValue:N0} events", "import a part of them: --since, or fewer files");
        for (var i = 0; i < batch.Count; i++)
        {
            _hashes[2 * i] = IdMap.Hash(batch.UserOf(i));
            _hashes[(2 * i) + 1] = IdMap.Hash(batch.ItemOf(i));
        }

        _events += batch.Count;
        var times = batch.Times;
        var ratings = batch.Ratings;
        var weights = batch.Weights;
        for (var i = 0; i < batch.Count; i++)
        {
            if (filter.MinRating is { } least && !(ratings[i] >= least))
            {
                _lowRating++;
                continue;
            }

            var time = times[i];
            if (time != EventBatch.NoTime)
            {
                if (time < filter.Since || time >= filter.Until)
                {
                    _outsideTime++;
                    continue;
                }

                _first = Math.Min(_first, time);
                _last = Math.Max(_last, time);
            }

            table.Add(Users.GetOrAdd(batch.UserOf(i), _hashes[2 * i]), Items.GetOrAdd(batch.ItemOf(i), _hashes[(2 * i) + 1]), time, weights[i]);
        }
    }
}
