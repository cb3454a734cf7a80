namespace MetaEmbed.Data;

/// <summary>Quantiles of a list of counts: the smallest value that at least the share q of them does not exceed.</summary>
/// <param name="Minimum">Smallest.</param>
/// <param name="Quarter">q = 1/4.</param>
/// <param name="Median">q = 1/2.</param>
/// <param name="ThreeQuarters">q = 3/4.</param>
/// <param name="NineTenths">q = 9/10.</param>
/// <param name="NinetyNine">q = 99/100.</param>
/// <param name="Maximum">Largest.</param>
/// <param name="Mean">Mean; 0 for an empty list.</param>
public sealed record CountQuantiles(int Minimum, int Quarter, int Median, int ThreeQuarters, int NineTenths, int NinetyNine, int Maximum, double Mean)
{
    /// <summary>Computes them; sorts <paramref name="counts"/>.</summary>
    /// <param name="counts">The counts, in any order; an empty list gives zeros.</param>
    public static CountQuantiles Of(int[] counts)
    {
        ArgumentNullException.ThrowIfNull(counts);
        if (counts.Length == 0)
            return new CountQuantiles(0, 0, 0, 0, 0, 0, 0, 0);
        Array.Sort(counts);
        long sum = 0;
        foreach (var count in counts)
            sum += count;
        int At(int percent) => counts[(int)Math.Max(((long)counts.Length * percent + 99) / 100 - 1, 0)];
        return new CountQuantiles(counts[0], At(25), At(50), At(75), At(90), At(99), counts[^1], (double)sum / counts.Length);
    }
}

/// <summary>What a dataset looks like, in numbers.</summary>
/// <param name="Name">The dataset's name.</param>
/// <param name="ContentHash">Its content hash.</param>
/// <param name="Users">Number of users.</param>
/// <param name="Items">Number of items.</param>
/// <param name="TrainInteractions">Training pairs.</param>
/// <param name="TestInteractions">Test pairs.</param>
/// <param name="TrainDensity">Training pairs over users x items.</param>
/// <param name="UserDegrees">Train items of a user.</param>
/// <param name="ItemDegrees">Train users of an item.</param>
/// <param name="TestDegrees">Test items of a user, users without any included.</param>
/// <param name="UsersWithoutTrain">Users without train items: nothing is learnt about them.</param>
/// <param name="UsersWithoutTest">Users without test items: they do not count in metrics.</param>
/// <param name="ItemsWithoutTrain">Items that nobody met in training.</param>
/// <param name="ItemsNeverMet">Items that nobody met in training or test.</param>
public sealed record DatasetStatistics(
    string Name,
    string ContentHash,
    int Users,
    int Items,
    long TrainInteractions,
    long TestInteractions,
    double TrainDensity,
    CountQuantiles UserDegrees,
    CountQuantiles ItemDegrees,
    CountQuantiles TestDegrees,
    int UsersWithoutTrain,
    int UsersWithoutTest,
    int ItemsWithoutTrain,
    int ItemsNeverMet)
{
    /// <summary>Computes them.</summary>
    /// <param name="dataset">The dataset.</param>
    public static DatasetStatistics Of(Dataset dataset)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        var userDegrees = Degrees(dataset.Train);
        var testDegrees = Degrees(dataset.Test);
        var itemDegrees = dataset.Train.CountByItem();
        var testItemDegrees = dataset.Test.CountByItem();
        var neverMet = 0;
        for (var item = 0; item < dataset.ItemCount; item++)
        {
            if (itemDegrees[item] == 0 && testItemDegrees[item] == 0)
                neverMet++;
        }

        // Counted before the quantiles sort the lists.
        var withoutTrain = userDegrees.AsSpan().Count(0);
        var withoutTest = testDegrees.AsSpan().Count(0);
        var unmetItems = itemDegrees.AsSpan().Count(0);
        var cells = (double)dataset.UserCount * dataset.ItemCount;
        return new DatasetStatistics(
            dataset.Name,
            dataset.ContentHash,
            dataset.UserCount,
            dataset.ItemCount,
            dataset.Train.Count,
            dataset.Test.Count,
            cells == 0 ? 0 : dataset.Train.Count / cells,
            CountQuantiles.Of(userDegrees),
            CountQuantiles.Of(itemDegrees),
            CountQuantiles.Of(testDegrees),
            withoutTrain,
            withoutTest,
            unmetItems,
            neverMet);
    }

    private static int[] Degrees(Interactions interactions)
    {
        var degrees = new int[interactions.UserCount];
        for (var user = 0; user < degrees.Length; user++)
            degrees[user] = interactions.Of(user).Length;
        return degrees;
    }
}
