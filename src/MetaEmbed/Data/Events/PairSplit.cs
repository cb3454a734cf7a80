using MetaEmbed.Inference;

namespace MetaEmbed.Data.Events;

/// <summary>Pairs parted in two and more; ids are still those of the import.</summary>
/// <param name="Train">What is learnt from.</param>
/// <param name="Test">What is held out.</param>
/// <param name="NewHistory">What is known of held-out users; null where there are none.</param>
/// <param name="NewTest">What is asked about them.</param>
/// <param name="OutsideCore">Pairs that the core left out.</param>
/// <param name="Cold">Test pairs left out because training has not met their user or item.</param>
/// <param name="TestSince">With the split time: its moment.</param>
internal sealed record PairSplit(EventPairs Train, EventPairs Test, EventPairs? NewHistory, EventPairs? NewTest, long OutsideCore, long Cold, long? TestSince)
{
    /// <summary>Applies core and split.</summary>
    /// <param name="pairs">All pairs, or those of the files named train.</param>
    /// <param name="given">Those of the files named test; null with every other split than given.</param>
    /// <param name="options">The settings.</param>
    public static PairSplit Create(EventPairs pairs, EventPairs? given, SplitOptions options)
    {
        switch (options.Split)
        {
            case SplitKind.Given:
                return CoreOfTrain(pairs, given!, options, null);
            case SplitKind.Time:
                // The core of what was known at that moment: one of all pairs would look into the future.
                var since = options.TestSince ?? TimeSplits.Cutoff(pairs, options.TestShare);
                var times = pairs.Times!;
                return CoreOfTrain(pairs.Where((_, at) => times[at] < since), pairs.Where((_, at) => times[at] >= since), options, since);
            default:
                var core = CoreFilter.Apply(pairs, options.UserCore, options.ItemCore);
                if (options.Split == SplitKind.Users)
                    return UserSplit.Create(core, options) with { OutsideCore = pairs.Count - core.Count };
                var marks = options.Split switch
                {
                    SplitKind.UserTime => TimeSplits.LastOfUsers(core, options.TestShare),
                    SplitKind.LeaveOneOut when core.Times is not null => TimeSplits.LastOfUsers(core, null),
                    SplitKind.LeaveOneOut => RandomSplits.OneOfUsers(core, options.Seed),
                    _ => RandomSplits.ShareOfUsers(core, options.TestShare, options.Seed),
                };
                var train = core.Where((_, at) => !marks[at]);
                var (test, cold) = Known(train, core.Where((_, at) => marks[at]), options.KeepCold);
                return new PairSplit(train, test, null, null, pairs.Count - core.Count, cold, null);
        }
    }

    /// <summary>Test pairs whose user and item training has met, and the number of the others.</summary>
    public static (EventPairs Test, long Cold) Known(EventPairs train, EventPairs test, bool keepCold)
    {
        if (keepCold)
            return (test, 0);
        var (users, items) = train.Met();
        var known = test.Where((user, at) => users[user] && items[test.Items[at]]);
        return (known, test.Count - known.Count);
    }

    private static PairSplit CoreOfTrain(EventPairs train, EventPairs test, SplitOptions options, long? since)
    {
        if (train.Count == 0)
            throw new UserMistakeException("no event is left to learn from: all of them are test events", "choose a later moment, or another split");
        var core = CoreFilter.Apply(train, options.UserCore, options.ItemCore);
        var (known, cold) = Known(core, test, options.KeepCold);
        return new PairSplit(core, known, null, null, train.Count - core.Count, cold, since);
    }
}
