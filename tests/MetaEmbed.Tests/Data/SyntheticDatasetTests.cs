using MetaEmbed.Data;

namespace MetaEmbed.Tests.Data;

public sealed class SyntheticDatasetTests
{
    private static readonly PowerLawOptions Options = new() { Users = 3000, Items = 1501, MeanDegree = 24, Clusters = 7, Seed = 5 };

    [Fact]
    public void Held_out_items_are_what_the_cluster_lacks()
    {
        var (data, userCluster, itemCluster) = SyntheticDataset.PlantedClusters(5, 20, 9, heldOut: 3, seed: 1);
        Assert.Equal(100, data.UserCount);
        Assert.Equal(45, data.ItemCount);
        for (var user = 0; user < data.UserCount; user++)
        {
            var cluster = Enumerable.Range(0, data.ItemCount).Where(i => itemCluster[i] == userCluster[user]).ToArray();
            Assert.Equal(9, cluster.Length);
            Assert.Equal(cluster.Except(data.Train.Of(user).ToArray()), data.Test.Of(user).ToArray());
            Assert.Equal(3, data.Test.Of(user).Length);
            Assert.Equal(6, data.Train.Of(user).Length);
        }

        Assert.All(Enumerable.Range(0, 5), c => Assert.Equal(20, userCluster.Count(x => x == c)));
        Assert.NotEqual(Enumerable.Range(0, 100).Select(u => u / 20), userCluster);
    }

    [Fact]
    public void Seed_decides()
    {
        Assert.Equal(SyntheticDataset.PlantedClusters(4, 5, 6, 2, 9).Dataset.ContentHash, SyntheticDataset.PlantedClusters(4, 5, 6, 2, 9).Dataset.ContentHash);
        Assert.NotEqual(SyntheticDataset.PlantedClusters(4, 5, 6, 2, 9).Dataset.ContentHash, SyntheticDataset.PlantedClusters(4, 5, 6, 2, 8).Dataset.ContentHash);
        Assert.Equal(SyntheticDataset.PowerLaw(Options).Dataset.ContentHash, SyntheticDataset.PowerLaw(Options).Dataset.ContentHash);
        Assert.NotEqual(SyntheticDataset.PowerLaw(Options).Dataset.ContentHash, SyntheticDataset.PowerLaw(Options with { Seed = 6 }).Dataset.ContentHash);
    }

    [Fact]
    public void Items_are_drawn_as_often_as_their_chance_says()
    {
        // Of the users with one item each draw counts; repeats are dropped for the others.
        var options = new PowerLawOptions { Users = 200_000, Items = 23, MeanDegree = 1, Clusters = 4, Skew = 3, TestShare = 0, Seed = 3 };
        var generator = new PowerLawGenerator(options);
        var ranks = generator.ItemRanks();
        Assert.Equal(Enumerable.Range(0, 23), ranks.Order());
        var drawn = new double[4, 23];
        var users = new double[4];
        for (var user = 0; user < options.Users; user++)
        {
            generator.Draw(user);
            if (generator.Train.Length != 1)
                continue;
            users[generator.ClusterOfUser(user)]++;
            drawn[generator.ClusterOfUser(user), ranks[generator.Train[0]]]++;
        }

        for (var cluster = 0; cluster < 4; cluster++)
        {
            Assert.True(users[cluster] > 30_000);
            Assert.Equal(1, Enumerable.Range(0, 23).Sum(rank => generator.Chance(cluster, rank)), 12);
            for (var rank = 0; rank < 23; rank++)
            {
                var chance = generator.Chance(cluster, rank);
                var deviation = Math.Sqrt(chance * (1 - chance) / users[cluster]);
                Assert.InRange(drawn[cluster, rank] / users[cluster], chance - 5 * deviation, chance + 5 * deviation);
            }
        }
    }

    [Fact]
    public void Power_law_data_have_the_shape_asked_for()
    {
        var (data, userCluster, itemCluster) = SyntheticDataset.PowerLaw(Options);
        Assert.Equal(3000, data.UserCount);
        Assert.Equal(1501, data.ItemCount);
        var mean = (data.Train.Count + data.Test.Count) / 3000.0;
        Assert.InRange(mean, 20, 26);

        // Own cluster: 0.8 of the draws and a seventh of the others, less the repeats, which are more often one's own.
        var own = 0;
        for (var user = 0; user < data.UserCount; user++)
        {
            foreach (var item in data.Train.Of(user))
                own += itemCluster[item] == userCluster[user] ? 1 : 0;
            var n = data.Train.Of(user).Length + data.Test.Of(user).Length;
            Assert.Equal((int)(n * 0.2), data.Test.Of(user).Length);
            Assert.Empty(data.Train.Of(user).ToArray().Intersect(data.Test.Of(user).ToArray()));
        }

        Assert.InRange(own / (double)data.Train.Count, 0.7, 0.85);

        // Skewed: the tenth of the items that are met most holds more than a third of the interactions (0.1^(1/3) = 0.46
        // of the draws), and so does no tenth of the ids.
        var counts = data.Train.CountByItem();
        Assert.InRange(counts.OrderDescending().Take(150).Sum() / (double)data.Train.Count, 0.33, 0.5);
        for (var from = 0; from + 150 <= counts.Length; from += 150)
            Assert.InRange(counts.Skip(from).Take(150).Sum() / (double)data.Train.Count, 0.05, 0.2);
    }

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(10, 3, 3)]
    [InlineData(50, 8, 2)]
    public void Tiny_sizes_come_to_an_end(int users, int items, int clusters)
    {
        var data = SyntheticDataset.PowerLaw(new PowerLawOptions { Users = users, Items = items, Clusters = clusters, MeanDegree = 40 });
        Assert.Equal(users, data.Dataset.UserCount);
        Assert.InRange(data.Dataset.Train.Count, users, users * items);
    }

    [Fact]
    public void Written_folder_reads_back_as_the_same()
    {
        using var folder = new TemporaryFolder();
        var target = folder.File("made/here");
        SyntheticDataset.WritePowerLaw(target, Options);
        var expected = SyntheticDataset.PowerLaw(Options).Dataset;
        var actual = DatasetFolder.Open(target);
        Assert.Equal(expected.Train.Items.ToArray(), actual.Train.Items.ToArray());
        Assert.Equal(expected.Train.RowStart.ToArray(), actual.Train.RowStart.ToArray());
        Assert.Equal(expected.Test.Items.ToArray(), actual.Test.Items.ToArray());
        Assert.Equal(expected.Test.RowStart.ToArray(), actual.Test.RowStart.ToArray());
    }

    [Fact]
    public void Data_of_a_seed_stay_what_they_are() =>
        Assert.Equal("3b4c3945bdb65b5936ffc53165c94175", SyntheticDataset.PowerLaw(Options).Dataset.ContentHash);
}
