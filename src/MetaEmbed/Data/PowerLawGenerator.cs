using System.Runtime.InteropServices;
using MetaEmbed.Numerics;

namespace MetaEmbed.Data;

/// <summary>Size and shape of power-law data.</summary>
public sealed record PowerLawOptions
{
    /// <summary>Number of users.</summary>
    public required int Users { get; init; }

    /// <summary>Number of items.</summary>
    public required int Items { get; init; }

    /// <summary>
    /// Items of a user, about, training and test together. The number of items follows a Pareto law of exponent 2 from
    /// half of this on, cut at a quarter of the items.
    /// </summary>
    public double MeanDegree { get; init; } = 30;

    /// <summary>Number of clusters; user and item belong to one each.</summary>
    public int Clusters { get; init; } = 16;

    /// <summary>Share of a user's draws that fall into their own cluster; the rest fall anywhere.</summary>
    public double ClusterShare { get; init; } = 0.8;

    /// <summary>
    /// k: the item of rank r is drawn as often as r^(1/k - 1); 1 for no skew, 2 for one over the square root, 4 about
    /// as skewed as real data.
    /// </summary>
    public int Skew { get; init; } = 3;

    /// <summary>Share of a user's items that are held out as test items, rounded down.</summary>
    public double TestShare { get; init; } = 0.2;

    /// <summary>The seed.</summary>
    public long Seed { get; init; }
}

/// <summary>
/// Draws the items of any user by themselves, from streams keyed by seed and user: users can be made in any order, on
/// any number of machines. Only sums, products, quotients and square roots, so that every machine makes the same data.
/// </summary>
internal sealed class PowerLawGenerator
{
    private readonly PowerLawOptions _options;
    private readonly long _stride;
    private readonly long _shift;
    private readonly HashSet<int> _seen = [];
    private readonly List<int> _items = [];
    private int[] _train = new int[64];
    private int[] _test = new int[64];
    private int _trainCount;
    private int _testCount;

    /// <summary>Checks the options.</summary>
    public PowerLawGenerator(PowerLawOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.Users);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.Clusters);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Items, options.Clusters);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Skew, 1);
        if (!(options.MeanDegree >= 1) || !(options.ClusterShare is >= 0 and <= 1) || !(options.TestShare is >= 0 and <= 1))
            throw new ArgumentException("a mean degree from 1 and shares from 0 to 1 are needed", nameof(options));
        _options = options;

        // Item of rank r: (shift + stride r) mod items, with a stride near the golden section and prime to the number
        // of items; so popular items are spread over all ids.
        _stride = Math.Max((long)(options.Items * 0.6180339887498949), 1);
        while (Gcd(_stride, options.Items) != 1)
            _stride++;
        _shift = new RandomStream((ulong)options.Seed, RandomPurpose.Synthetic, 3).NextInt32(options.Items);
    }

    /// <summary>Train items of the user drawn last, ascending.</summary>
    public ReadOnlySpan<int> Train => _train.AsSpan(0, _trainCount);

    /// <summary>Test items of the user drawn last, ascending.</summary>
    public ReadOnlySpan<int> Test => _test.AsSpan(0, _testCount);

    /// <summary>Cluster of a user.</summary>
    public int ClusterOfUser(int user) =>
        new RandomStream((ulong)_options.Seed, RandomPurpose.Synthetic, 4, (ulong)user).NextInt32(_options.Clusters);

    /// <summary>Cluster of every item: ranks go round the clusters.</summary>
    public int[] ItemClusters() => Array.ConvertAll(ItemRanks(), rank => rank % _options.Clusters);

    /// <summary>Rank of every item, 0 for the one that is drawn most often.</summary>
    public int[] ItemRanks()
    {
        var ranks = new int[_options.Items];
        for (var rank = 0; rank < ranks.Length; rank++)
            ranks[ItemOfRank(rank)] = rank;
        return ranks;
    }

    /// <summary>Chance that a draw of a user is the item of a rank: the sum over drawing from the user's own cluster and from all items.</summary>
    /// <param name="userCluster">The user's cluster.</param>
    /// <param name="rank">The item's rank.</param>
    public double Chance(int userCluster, int rank)
    {
        var chance = (1 - _options.ClusterShare) * RankChance(rank, _options.Items);
        return rank % _options.Clusters == userCluster
            ? chance + _options.ClusterShare * RankChance(rank / _options.Clusters, Members(userCluster))
            : chance;
    }

    /// <summary>Train items that a user is to get; fewer only where a small cluster has no more.</summary>
    public int TrainWanted(int user)
    {
        var random = Stream(user);
        var degree = Degree(ref random);
        return degree - TestCount(degree);
    }

    /// <summary>Draws a user's items.</summary>
    public void Draw(int user)
    {
        var random = Stream(user);
        var cluster = ClusterOfUser(user);
        var members = Members(cluster);
        var degree = Degree(ref random);
        _seen.Clear();
        _items.Clear();

        // An item drawn again is dropped; a small cluster may give fewer items than asked for.
        for (var attempt = 0L; _items.Count < degree && attempt < 8L * degree; attempt++)
        {
            var own = random.NextDouble() < _options.ClusterShare;
            var rank = own ? cluster + _options.Clusters * Rank(ref random, members) : Rank(ref random, _options.Items);
            var item = ItemOfRank(rank);
            if (_seen.Add(item))
                _items.Add(item);
        }

        _items.Sort();
        _testCount = TestCount(_items.Count);
        _trainCount = _items.Count - _testCount;
        if (_train.Length < _items.Count)
        {
            _train = new int[_items.Count * 2];
            _test = new int[_items.Count * 2];
        }

        SelectionSampling.Draw(ref random, CollectionsMarshal.AsSpan(_items), _test.AsSpan(0, _testCount), _train.AsSpan(0, _trainCount));
    }

    private RandomStream Stream(int user) => new((ulong)_options.Seed, RandomPurpose.Synthetic, 5, (ulong)user);

    private int TestCount(int items) => (int)(items * _options.TestShare);

    // Pareto with exponent 2 by its inverse: minimum / sqrt(1 - v); its mean is twice the minimum.
    private int Degree(ref RandomStream random)
    {
        var most = Math.Max(_options.Items / 4, 1);
        var drawn = _options.MeanDegree / 2 / Math.Sqrt(1 - random.NextDouble());
        return (int)Math.Min(Math.Max(drawn + 0.5, 1), most);
    }

    // v^k count: density falls with rank^(1/k - 1).
    private int Rank(ref RandomStream random, int count)
    {
        var v = random.NextDouble();
        var power = v;
        for (var i = 1; i < _options.Skew; i++)
            power *= v;
        return Math.Min((int)(power * count), count - 1);
    }

    // Chance that Rank gives this rank: v lies between the k-th roots of both its edges.
    private double RankChance(int rank, int count) =>
        Math.Pow((rank + 1.0) / count, 1.0 / _options.Skew) - Math.Pow((double)rank / count, 1.0 / _options.Skew);

    private int Members(int cluster) => (_options.Items - cluster + _options.Clusters - 1) / _options.Clusters;

    private int ItemOfRank(int rank) => (int)((_shift + _stride * rank) % _options.Items);

    private static long Gcd(long a, long b) => b == 0 ? a : Gcd(b, a % b);
}
