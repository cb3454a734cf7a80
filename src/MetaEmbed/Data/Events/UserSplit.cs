using MetaEmbed.Inference;
using MetaEmbed.Numerics;

namespace MetaEmbed.Data.Events;

/// <summary>
/// Strong generalisation: some users are held out as a whole. Of what they have met, a part is their history, known when
/// the model is asked, and the rest is asked for. The other users are split at random, for training and early stopping.
/// </summary>
internal static class UserSplit
{
    private const ulong NewUsers = 2;

    public static PairSplit Create(EventPairs pairs, SplitOptions options)
    {
        var isNew = Choose(pairs, options);
        var marks = RandomSplits.ShareOfUsers(pairs, options.TestShare, options.Seed);
        var train = pairs.Where((user, at) => !isNew[user] && !marks[at]);
        var (test, cold) = PairSplit.Known(train, pairs.Where((user, at) => !isNew[user] && marks[at]), options.KeepCold);

        var later = RandomSplits.ShareOfUsers(pairs, options.NewUserTestShare, options.Seed);

        // An item that training has not met has no row: neither known of a new user nor to be found for one.
        var known = train.Met().Items;
        var history = pairs.Where((user, at) => isNew[user] && !later[at] && known[pairs.Items[at]]);
        var asked = pairs.Where((user, at) => isNew[user] && later[at] && known[pairs.Items[at]] && history.ItemsOf(user).Length > 0);
        var left = history.Where((user, _) => asked.ItemsOf(user).Length > 0);
        if (left.Count == 0)
            throw new UserMistakeException("no user can be held out: too few have two items that others have too", "raise --new-user-share, or choose another split");
        var unknown = pairs.Where((user, _) => isNew[user]).Count - left.Count - asked.Count;
        return new PairSplit(train, test, left, asked, 0, cold + unknown, null);
    }

    // Selection sampling over the users who have two items or more.
    private static bool[] Choose(EventPairs pairs, SplitOptions options)
    {
        var isNew = new bool[pairs.UserCount];
        var candidates = Enumerable.Range(0, pairs.UserCount).Where(user => pairs.ItemsOf(user).Length > 1).ToArray();
        var left = RandomSplits.Share(candidates.Length, options.NewUserShare);
        var random = new RandomStream((ulong)options.Seed, RandomPurpose.Split, NewUsers);
        for (var i = 0; i < candidates.Length; i++)
        {
            if (random.NextInt32(candidates.Length - i) >= left)
                continue;
            isNew[candidates[i]] = true;
            left--;
        }

        return isNew;
    }
}
