using MetaEmbed.Data;
using MetaEmbed.Numerics;

namespace MetaEmbed.Evaluation;

/// <summary>Draws the users of an evaluation that looks at some only: without replacement, each equally likely.</summary>
internal static class UserSample
{
    /// <summary>Draws users.</summary>
    /// <param name="users">The users with relevant items, ascending.</param>
    /// <param name="count">How many to take; 0 or more than there are: all of them.</param>
    /// <param name="seed">The same seed and users give the same sample.</param>
    public static int[] Draw(int[] users, int count, long seed)
    {
        if (count == 0 || count >= users.Length)
            return users;
        var random = new RandomStream((ulong)seed, RandomPurpose.UserSample);
        var taken = new int[count];
        SelectionSampling.Draw(ref random, users, taken, new int[users.Length - count]);
        return taken;
    }
}
