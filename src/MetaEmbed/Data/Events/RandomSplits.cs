using MetaEmbed.Numerics;

namespace MetaEmbed.Data.Events;

/// <summary>Test pairs drawn at random, each user's from a stream of their own.</summary>
internal static class RandomSplits
{
    /// <summary>Outer key of the streams; the validation split of a run has 0.</summary>
    private const ulong Pairs = 1;

    /// <summary>A share of each user's items, rounded, leaving at least one.</summary>
    /// <returns>For each pair whether it is a test pair.</returns>
    public static bool[] ShareOfUsers(EventPairs pairs, double share, long seed) => Draw(pairs, seed, count => Share(count, share));

    /// <summary>One item of each user who has two or more.</summary>
    public static bool[] OneOfUsers(EventPairs pairs, long seed) => Draw(pairs, seed, count => count > 1 ? 1 : 0);

    /// <summary>Test items out of a user's items: the share, rounded, leaving at least one.</summary>
    public static int Share(int count, double share) => Math.Clamp((int)((count * share) + 0.5), 0, Math.Max(count - 1, 0));

    // Selection sampling (Knuth, TAOCP 2, 3.4.2, algorithm S).
    private static bool[] Draw(EventPairs pairs, long seed, Func<int, int> wanted)
    {
        var marks = new bool[pairs.Count];
        for (var user = 0; user < pairs.UserCount; user++)
        {
            var (start, end) = (pairs.RowStart[user], pairs.RowStart[user + 1]);
            var random = new RandomStream((ulong)seed, RandomPurpose.Split, Pairs, (ulong)user);
            var left = wanted(end - start);
            for (var i = start; i < end; i++)
            {
                marks[i] = random.NextInt32(end - i) < left;
                left -= marks[i] ? 1 : 0;
            }
        }

        return marks;
    }
}
