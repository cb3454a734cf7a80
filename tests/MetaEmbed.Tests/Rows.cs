using MetaEmbed.Data;
using MetaEmbed.Numerics;

namespace MetaEmbed.Tests;

/// <summary>Random material for tests, the same on every run.</summary>
internal static class Rows
{
    /// <summary>A matrix of standard normal numbers.</summary>
    public static Matrix Random(int rows, int columns, ulong seed)
    {
        var matrix = new Matrix(rows, columns);
        var stream = new RandomStream(seed, RandomPurpose.Test, 1);
        foreach (ref var value in matrix.AsSpan())
            value = (float)NormalDistribution.Next(ref stream);
        return matrix;
    }

    /// <summary>
    /// Interactions, each pair with a chance of its user's own between 0 and 2 <paramref name="density"/>; a sixth of
    /// the users have none.
    /// </summary>
    public static Interactions Pairs(int users, int items, double density, ulong seed)
    {
        var stream = new RandomStream(seed, RandomPurpose.Test, 2);
        var rowStart = new int[users + 1];
        var pairs = new List<int>();
        for (var user = 0; user < users; user++)
        {
            var chance = stream.NextInt32(6) == 0 ? 0 : stream.NextDouble() * 2 * density;
            for (var item = 0; item < items; item++)
            {
                if (stream.NextDouble() < chance)
                    pairs.Add(item);
            }

            rowStart[user + 1] = pairs.Count;
        }

        return new Interactions(items, rowStart, [.. pairs]);
    }
}
