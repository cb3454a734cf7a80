namespace MetaEmbed.Data.Events;

/// <summary>What merging events of the same user and item gave.</summary>
/// <param name="Pairs">The pairs.</param>
/// <param name="Repeats">Events merged into an earlier one of the same pair.</param>
/// <param name="TooLight">Pairs left out because their weights add up to too little.</param>
internal sealed record MergedPairs(EventPairs Pairs, long Repeats, long TooLight);

/// <summary>
/// Makes one pair of all events of the same user and item: the earliest time counts, so that nothing known early is
/// asked for late; weights are added in the order of reading.
/// </summary>
internal static class PairMerging
{
    /// <summary>Merges a table's events; the table is empty afterwards.</summary>
    /// <param name="table">The events.</param>
    /// <param name="userCount">Number of users.</param>
    /// <param name="itemCount">Number of items.</param>
    /// <param name="minimalWeight">Pairs need at least this sum of weights, and more than 0; looked at only where weights are kept.</param>
    public static MergedPairs Merge(EventTable table, int userCount, int itemCount, double minimalWeight)
    {
        var events = checked((int)table.Count);
        var (hasTimes, hasWeights) = (table.KeepsTimes, table.KeepsWeights);
        var next = new int[userCount + 1];
        table.CountByUser(userCount).CopyTo(next, 1);
        for (var user = 0; user < userCount; user++)
            next[user + 1] += next[user];
        var rowStart = next.AsSpan().ToArray();
        var items = GC.AllocateUninitializedArray<int>(events);
        var times = hasTimes ? GC.AllocateUninitializedArray<long>(events) : null;
        var weights = hasWeights ? GC.AllocateUninitializedArray<double>(events) : null;
        table.Drain((user, item, time, weight) =>
        {
            var at = next[user]++;
            items[at] = item;
            if (times is not null)
                times[at] = time;
            if (weights is not null)
                weights[at] = weight;
        });

        long tooLight = 0;
        var kept = 0;
        var start = 0;
        var distinct = 0;
        var row = new SortedRow();
        for (var user = 0; user < userCount; user++)
        {
            var end = rowStart[user + 1];
            row.Sort(items, times, weights, start, end);
            start = end;
            for (var i = 0; i < row.Count; i++)
            {
                distinct++;
                if (weights is not null && !(row.Weights[i] > 0 && row.Weights[i] >= minimalWeight))
                {
                    tooLight++;
                    continue;
                }

                items[kept] = row.Items[i];
                if (times is not null)
                    times[kept] = row.Times[i];
                kept++;
            }

            rowStart[user + 1] = kept;
        }

        if (kept < events)
        {
            Array.Resize(ref items, kept);
            if (times is not null)
                Array.Resize(ref times, kept);
        }

        return new MergedPairs(new EventPairs(itemCount, rowStart, items, times), events - distinct, tooLight);
    }

    /// <summary>One user's events by item, merged.</summary>
    private sealed class SortedRow
    {
        private ulong[] _keys = new ulong[64];

        public int Count { get; private set; }

        public int[] Items { get; private set; } = new int[64];

        public long[] Times { get; private set; } = new long[64];

        public double[] Weights { get; private set; } = new double[64];

        // Keys are item and place: equal items keep the order of reading, whatever the sort does.
        public void Sort(int[] items, long[]? times, double[]? weights, int start, int end)
        {
            var length = end - start;
            if (_keys.Length < length)
            {
                _keys = new ulong[length * 2];
                Items = new int[length * 2];
                Times = new long[length * 2];
                Weights = new double[length * 2];
            }

            for (var i = 0; i < length; i++)
                _keys[i] = ((ulong)(uint)items[start + i] << 32) | (uint)i;
            _keys.AsSpan(0, length).Sort();
            Count = 0;
            for (var i = 0; i < length; i++)
            {
                var item = (int)(_keys[i] >> 32);
                var from = start + (int)(uint)_keys[i];
                var time = times is null ? 0 : times[from];
                var weight = weights is null ? 1 : weights[from];
                if (Count > 0 && Items[Count - 1] == item)
                {
                    Times[Count - 1] = Math.Min(Times[Count - 1], time);
                    Weights[Count - 1] += weight;
                    continue;
                }

                Items[Count] = item;
                Times[Count] = time;
                Weights[Count++] = weight;
            }
        }
    }
}
