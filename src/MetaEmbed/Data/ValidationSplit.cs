using MetaEmbed.Numerics;

namespace MetaEmbed.Data;

/// <summary>
/// Takes validation items from the test items: of a user's n test items ceil(n/3) at random, the rest stays. The seed
/// is the split's own, apart from a run's seed, so that runs with other seeds are compared on the same items.
/// </summary>
public static class ValidationSplit
{
    /// <summary>Splits a dataset.</summary>
    /// <param name="dataset">The dataset.</param>
    /// <param name="seed">The split's seed.</param>
    public static DatasetSplit Create(Dataset dataset, long seed)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        var test = dataset.Test;
        var validationStart = new int[test.UserCount + 1];
        var restStart = new int[test.UserCount + 1];
        for (var user = 0; user < test.UserCount; user++)
        {
            var n = test.Of(user).Length;
            validationStart[user + 1] = validationStart[user] + Share(n);
            restStart[user + 1] = restStart[user] + n - Share(n);
        }

        var validation = new int[validationStart[^1]];
        var rest = new int[restStart[^1]];
        for (var user = 0; user < test.UserCount; user++)
        {
            var random = new RandomStream((ulong)seed, RandomPurpose.Split, 0, (ulong)user);
            SelectionSampling.Draw(
                ref random,
                test.Of(user),
                validation.AsSpan(validationStart[user], validationStart[user + 1] - validationStart[user]),
                rest.AsSpan(restStart[user], restStart[user + 1] - restStart[user]));
        }

        return new DatasetSplit(
            dataset.Train,
            new Interactions(test.ItemCount, validationStart, validation),
            new Interactions(test.ItemCount, restStart, rest));
    }

    // ceil(n / 3); at least 1 where there is one.
    private static int Share(int n) => (n + 2) / 3;
}
