using MetaEmbed.Inference;

namespace MetaEmbed.Data.Events;

/// <summary>Test pairs chosen by time; nothing is drawn at random.</summary>
internal static class TimeSplits
{
    /// <summary>
    /// The moment from which on a share of all pairs lies, as nearly as events of one moment, which stay together, allow.
    /// </summary>
    /// <exception cref="UserMistakeException">There is no such moment.</exception>
    public static long Cutoff(EventPairs pairs, double share)
    {
        var times = pairs.Times!.AsSpan().ToArray();
        times.AsSpan().Sort();
        var first = times.Length - Math.Max((int)((times.Length * share) + 0.5), 1);
        var cutoff = times[first];
        if (cutoff > times[0])
            return cutoff;

        // The first moment holds more than the share of training: the next one then.
        foreach (var time in times)
        {
            if (time > cutoff)
                return time;
        }

        throw new UserMistakeException($"all events have one time, {EventTime.Text(cutoff)}", "choose the split random, or name another column with --time");
    }

    /// <summary>
    /// The last of each user's items: a share of them, or one where no share is given; at least one is left. Of items
    /// with one time, the smaller id counts as later.
    /// </summary>
    /// <returns>For each pair whether it is a test pair.</returns>
    public static bool[] LastOfUsers(EventPairs pairs, double? share)
    {
        var marks = new bool[pairs.Count];
        var order = new List<int>();
        for (var user = 0; user < pairs.UserCount; user++)
        {
            var (start, end) = (pairs.RowStart[user], pairs.RowStart[user + 1]);
            var wanted = share is { } part ? RandomSplits.Share(end - start, part) : end - start > 1 ? 1 : 0;
            order.Clear();
            for (var i = start; i < end; i++)
                order.Add(i);
            order.Sort((a, b) => pairs.Times![b].CompareTo(pairs.Times[a]) is var late and not 0 ? late : a.CompareTo(b));
            for (var i = 0; i < wanted; i++)
                marks[order[i]] = true;
        }

        return marks;
    }
}
