using System.Globalization;
using MetaEmbed.Data;
using MetaEmbed.Evaluation;
using MetaEmbed.Experiments;
using MetaEmbed.Models;
using MetaEmbed.Numerics;

namespace MetaEmbed.Benchmarks.Scale;

/// <summary>
/// The best lists that generated data allow: every user's items ranked by the chance with which the generator draws them. No
/// model that only sees the interactions can expect more.
/// </summary>
internal static class PlantedBenchmarks
{
    /// <summary>Prints the metrics on the test set.</summary>
    /// <param name="folder">Folder that 'data generate' wrote.</param>
    /// <param name="clusters">Its --clusters.</param>
    /// <param name="skew">Its --skew.</param>
    /// <param name="seed">Its --seed.</param>
    /// <param name="sampleUsers">Users to rank for, 0 for all.</param>
    public static void Run(string folder, int clusters, int skew, long seed, int sampleUsers)
    {
        var data = ValidationSplit.Create(DatasetFolder.Open(folder, new DatasetOptions { Cache = DatasetCache.Off }), new BaselineOptions().SplitSeed);
        var train = data.Train;
        var generator = new PowerLawGenerator(
            new PowerLawOptions { Users = train.UserCount, Items = train.ItemCount, Clusters = clusters, Skew = skew, Seed = seed });
        var itemCluster = generator.ItemClusters();
        var own = 0L;
        for (var user = 0; user < train.UserCount; user++)
        {
            var cluster = generator.ClusterOfUser(user);
            foreach (var item in train.Of(user))
                own += itemCluster[item] == cluster ? 1 : 0;
        }

        Console.WriteLine(
            $"{train.UserCount:N0} users, {train.ItemCount:N0} items; {100.0 * own / train.Count:F1} % of the interactions within a cluster (few: the data are not of these settings)");
        using var workers = new Workers(1);
        var result = FullRanking.Evaluate(
            new PlantedChances(generator, train.UserCount, clusters), train, data.Test, new EvaluationOptions { SampleUsers = sampleUsers }, workers);
        Console.WriteLine($"test, {result.Users:N0} users, NDCG {Text(result.Ndcg)}, Recall {Text(result.Recall)}");
    }

    private static string Text(IReadOnlyDictionary<int, double> metric) =>
        string.Join(", ", metric.Select(at => string.Create(CultureInfo.InvariantCulture, $"@{at.Key} {at.Value:F5}")));

    /// <summary>Everybody has the chances of another cluster's user, but for the items of their own cluster.</summary>
    private sealed class PlantedChances : IUserScorer
    {
        private const int NoCluster = -1;
        private readonly PowerLawGenerator _generator;
        private readonly float[] _elsewhere;
        private readonly (int Item, float Chance)[][] _own;

        internal PlantedChances(PowerLawGenerator generator, int users, int clusters)
        {
            _generator = generator;
            UserCount = users;
            var ranks = generator.ItemRanks();
            _elsewhere = Array.ConvertAll(ranks, rank => (float)generator.Chance(NoCluster, rank));
            _own = [.. Enumerable.Range(0, clusters).Select(cluster => ranks.Index().Where(item => item.Item % clusters == cluster)
                .Select(item => (item.Index, (float)generator.Chance(cluster, item.Item))).ToArray())];
        }

        public int UserCount { get; }

        public int ItemCount => _elsewhere.Length;

        public void Score(ReadOnlySpan<int> users, Span<float> scores)
        {
            for (var i = 0; i < users.Length; i++)
            {
                var row = scores.Slice(i * ItemCount, ItemCount);
                _elsewhere.CopyTo(row);
                foreach (var (item, chance) in _own[_generator.ClusterOfUser(users[i])])
                    row[item] = chance;
            }
        }
    }
}
