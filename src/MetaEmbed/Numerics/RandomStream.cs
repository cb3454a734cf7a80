using System.Runtime.CompilerServices;

namespace MetaEmbed.Numerics;

/// <summary>What a random stream is for; part of its key, so that two purposes never share numbers.</summary>
internal enum RandomPurpose : ulong
{
    /// <summary>The validation split.</summary>
    Split = 1,

    /// <summary>Initial values of the parameters.</summary>
    Parameters = 2,

    /// <summary>Initial assignment of entities to meta-embeddings.</summary>
    Assignment = 3,

    /// <summary>Training triples of an epoch.</summary>
    Triples = 4,

    /// <summary>Order of an epoch's triples.</summary>
    Shuffle = 5,

    /// <summary>Graph partitioning.</summary>
    Partition = 6,

    /// <summary>Synthetic data.</summary>
    Synthetic = 7,

    /// <summary>Tests.</summary>
    Test = 8,

    /// <summary>Initialisation of the fine codebook.</summary>
    FineCodebook = 9,

    /// <summary>Positives and shared negatives of a step.</summary>
    Blocks = 10,

    /// <summary>Items that are dropped from the histories of a step.</summary>
    Histories = 12,

    /// <summary>The same as <see cref="Blocks"/> for users that are folded in.</summary>
    FoldedBlocks = 14,

    /// <summary>The same once more for codewords that are tuned.</summary>
    TuningBlocks = 15,

    /// <summary>Users of an evaluation that looks at some only.</summary>
    UserSample = 11,

    /// <summary>Resamples and flips of a paired test.</summary>
    PairedTest = 23,

    /// <summary>Codebooks of packed items.</summary>
    ItemCodes = 13,
}

/// <summary>
/// A counter-based stream of random numbers: number i of the stream (seed, purpose, epoch, index) is a hash of those
/// five, so any part of any stream can be drawn by any thread in any order with the same result. The hash is the
/// finaliser of SplitMix64 (Steele, Lea and Flood 2014) over a key and a Weyl sequence.
/// </summary>
internal struct RandomStream
{
    private const ulong Weyl = 0x9E3779B97F4A7C15UL;
    private readonly ulong _key;
    private ulong _counter;

    /// <summary>Opens a stream at its first number.</summary>
    /// <param name="seed">The run's or the split's seed.</param>
    /// <param name="purpose">What it is for.</param>
    /// <param name="epoch">Epoch, or another outer index.</param>
    /// <param name="index">User, draw, row: an inner index.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public RandomStream(ulong seed, RandomPurpose purpose, ulong epoch = 0, ulong index = 0)
    {
        var key = Mix(seed + Weyl);
        key = Mix(key ^ ((ulong)purpose * 0xD1B54A32D192ED03UL));
        key = Mix(key ^ (epoch * 0x8CB92BA72F3D8DD7UL + Weyl));
        _key = Mix(key ^ (index * 0xAEF17502108EF2D9UL + Weyl));
        _counter = 0;
    }

    /// <summary>64 random bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong NextUInt64() => Mix(_key + Weyl * ++_counter);

    /// <summary>A whole number in [0, bound), each equally likely (Lemire 2019, with rejection).</summary>
    /// <param name="bound">The bound, positive.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int NextInt32(int bound)
    {
        var range = (uint)bound;
        var product = (NextUInt64() >> 32) * range;
        if ((uint)product < range)
        {
            var threshold = (0u - range) % range;
            while ((uint)product < threshold)
                product = (NextUInt64() >> 32) * range;
        }

        return (int)(product >> 32);
    }

    /// <summary>A number in [0, 1), a multiple of 2^-53.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }
}
