using System.IO.Hashing;
using System.Runtime.InteropServices;
using MetaEmbed.Inference;
using MetaEmbed.Numerics;
using MetaEmbed.Storage;

namespace MetaEmbed.Data;

/// <summary>Made-up data with the clusters that were planted in them.</summary>
/// <param name="Dataset">The dataset.</param>
/// <param name="UserCluster">Cluster of each user.</param>
/// <param name="ItemCluster">Cluster of each item.</param>
public sealed record ClusteredDataset(Dataset Dataset, int[] UserCluster, int[] ItemCluster);

/// <summary>Makes data whose answer is known, and data of any size with the skew of real ones.</summary>
public static class SyntheticDataset
{
    /// <summary>
    /// Separate clusters: a user meets every item of their cluster and no other; some of them, drawn at random, are
    /// held out as test items. The items of a user's cluster that are not in training are exactly the held-out ones,
    /// so a perfect model reaches recall 1 at cut-off <paramref name="heldOut"/>. Users and items of a cluster are
    /// spread over all ids.
    /// </summary>
    /// <param name="clusters">Number of clusters.</param>
    /// <param name="usersPerCluster">Users of each.</param>
    /// <param name="itemsPerCluster">Items of each.</param>
    /// <param name="heldOut">Test items of each user, fewer than the items of a cluster; with 3 the validation split takes 1 and leaves 2.</param>
    /// <param name="seed">Decides ids and held-out items.</param>
    public static ClusteredDataset PlantedClusters(int clusters, int usersPerCluster, int itemsPerCluster, int heldOut = 3, long seed = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(clusters);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(usersPerCluster);
        ArgumentOutOfRangeException.ThrowIfNegative(heldOut);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(itemsPerCluster, heldOut);
        var users = checked(clusters * usersPerCluster);
        var userCluster = Spread(clusters, usersPerCluster, seed, 1);
        var itemCluster = Spread(clusters, itemsPerCluster, seed, 2);
        var members = new List<int>[clusters];
        for (var cluster = 0; cluster < clusters; cluster++)
            members[cluster] = [];
        for (var item = 0; item < itemCluster.Length; item++)
            members[itemCluster[item]].Add(item);

        var learnt = itemsPerCluster - heldOut;
        var train = new int[checked(users * learnt)];
        var test = new int[checked(users * heldOut)];
        for (var user = 0; user < users; user++)
        {
            var random = new RandomStream((ulong)seed, RandomPurpose.Synthetic, 0, (ulong)user);
            var items = CollectionsMarshal.AsSpan(members[userCluster[user]]);
            SelectionSampling.Draw(ref random, items, test.AsSpan(user * heldOut, heldOut), train.AsSpan(user * learnt, learnt));
        }

        var trainRows = new Interactions(itemCluster.Length, EvenRows(users, learnt), train);
        var testRows = new Interactions(itemCluster.Length, EvenRows(users, heldOut), test);
        return new ClusteredDataset(new Dataset("planted-clusters", trainRows, testRows, Hash(trainRows, testRows)), userCluster, itemCluster);
    }

    /// <summary>Data of a chosen size with popular items, active users and clusters; see <see cref="PowerLawOptions"/>.</summary>
    /// <param name="options">The size and shape.</param>
    public static ClusteredDataset PowerLaw(PowerLawOptions options)
    {
        var generator = new PowerLawGenerator(options);
        var userCluster = new int[options.Users];
        var trainStart = new int[options.Users + 1];
        var testStart = new int[options.Users + 1];
        var train = new List<int>();
        var test = new List<int>();
        for (var user = 0; user < options.Users; user++)
        {
            userCluster[user] = generator.ClusterOfUser(user);
            generator.Draw(user);
            train.AddRange(generator.Train);
            test.AddRange(generator.Test);
            trainStart[user + 1] = train.Count;
            testStart[user + 1] = test.Count;
        }

        var trainRows = new Interactions(options.Items, trainStart, [.. train]);
        var testRows = new Interactions(options.Items, testStart, [.. test]);
        return new ClusteredDataset(new Dataset("power-law", trainRows, testRows, Hash(trainRows, testRows)), userCluster, generator.ItemClusters());
    }

    /// <summary>Writes such data as a dataset folder, user by user: the size is bounded by the disk, not by memory.</summary>
    /// <param name="folder">The folder, made where it is missing.</param>
    /// <param name="options">The size and shape.</param>
    /// <exception cref="UserMistakeException">A file cannot be written.</exception>
    public static void WritePowerLaw(string folder, PowerLawOptions options)
    {
        DatasetFolder.Make(folder);
        var trainFile = Path.Combine(folder, DatasetFolder.TrainFile);
        var testFile = Path.Combine(folder, DatasetFolder.TestFile);
        AtomicFile.Write(trainFile, trainStream => AtomicFile.Write(testFile, testStream =>
        {
            var generator = new PowerLawGenerator(options);
            using var train = new InteractionTextWriter(trainStream);
            using var test = new InteractionTextWriter(testStream);
            for (var user = 0; user < options.Users; user++)
            {
                generator.Draw(user);
                train.Append(user, generator.Train);
                test.Append(user, generator.Test);
            }
        }));
    }

    /// <summary>Writes such data into a folder that holds nothing yet, sized by their training interactions.</summary>
    /// <param name="folder">The folder, made where it is missing.</param>
    /// <param name="options">The shape; its mean degree is found.</param>
    /// <param name="interactions">Training interactions of all users, about.</param>
    /// <exception cref="UserMistakeException">
    /// There is something in the folder, the numbers do not go together, or a file cannot be written.
    /// </exception>
    public static void WriteNew(string folder, PowerLawOptions options, long interactions)
    {
        if (options.Items < options.Clusters)
            throw new UserMistakeException($"{options.Items} items do not fill {options.Clusters} clusters", "ask for more items or fewer clusters");
        var sized = PowerLawSize.WithTrainInteractions(options, interactions);
        if (File.Exists(folder))
            throw new UserMistakeException(folder, null, "is a file", "give a folder for the dataset");
        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).FirstOrDefault(entry => !AtomicFile.IsLeftover(entry)) is { } present)
            throw new UserMistakeException(folder, null, $"the folder is not empty (it has '{Path.GetFileName(present)}')", "give an empty or a new folder");
        WritePowerLaw(folder, sized);
    }

    // As many of each cluster as asked for, in random order (Fisher and Yates).
    private static int[] Spread(int clusters, int each, long seed, ulong what)
    {
        var cluster = new int[checked(clusters * each)];
        for (var i = 0; i < cluster.Length; i++)
            cluster[i] = i / each;
        var random = new RandomStream((ulong)seed, RandomPurpose.Synthetic, what);
        for (var i = cluster.Length - 1; i > 0; i--)
        {
            var j = random.NextInt32(i + 1);
            (cluster[i], cluster[j]) = (cluster[j], cluster[i]);
        }

        return cluster;
    }

    private static int[] EvenRows(int users, int each)
    {
        var rowStart = new int[users + 1];
        for (var user = 0; user < users; user++)
            rowStart[user + 1] = rowStart[user] + each;
        return rowStart;
    }

    private static string Hash(Interactions train, Interactions test)
    {
        UInt128 Of(Interactions rows)
        {
            var hash = new XxHash128();
            hash.Append(MemoryMarshal.AsBytes(rows.RowStart));
            hash.Append(MemoryMarshal.AsBytes(rows.Items));
            return hash.GetCurrentHashAsUInt128();
        }

        return DatasetFolder.Combine(Of(train), Of(test));
    }
}
