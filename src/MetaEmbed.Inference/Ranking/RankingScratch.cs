using System.Runtime.InteropServices;
using MetaEmbed.Inference.Kernels;

namespace MetaEmbed.Inference.Ranking;

/// <summary>What one ranking needs besides the model; kept for the next one, so that a call allocates nothing.</summary>
internal sealed unsafe class RankingScratch : IDisposable
{
    /// <summary>Room for scores: two tiles.</summary>
    public const int Block = 2 * ScoreTile.Users * ItemPanels.Width;

    private readonly int _dimension;
    private float* _memory;
    private float[] _table = [];
    private float* _room;
    private int _roomLength;
    private Pruning? _pruning;

    public RankingScratch(int items, int dimension)
    {
        _dimension = dimension;
        History = new ItemSet(items);
        Excluded = new ItemSet(items);
        Allowed = new ItemSet(items);
        var floats = 2 * (nuint)dimension + Block;
        _memory = (float*)NativeMemory.AlignedAlloc(floats * sizeof(float), 64);
    }

    ~RankingScratch() => Free();

    /// <summary>The items that the user has met.</summary>
    public ItemSet History { get; }

    /// <summary>The items left out.</summary>
    public ItemSet Excluded { get; }

    /// <summary>The items allowed, where there is such a list.</summary>
    public ItemSet Allowed { get; }

    public bool HasAllowed { get; set; }

    public Func<int, bool>? Accept { get; set; }

    public TopK Best { get; } = new(1);

    /// <summary>The list being written out.</summary>
    public int[] Items { get; private set; } = [];

    public float[] ItemScores { get; private set; } = [];

    /// <summary>Scores, <see cref="Block"/> long.</summary>
    public float* Scores => _memory;

    public float* UserPointer => _memory + Block;

    /// <summary>The user's row.</summary>
    public Span<float> User => new(UserPointer, _dimension);

    /// <summary>Room for an item's row.</summary>
    public Span<float> Row => new(UserPointer + _dimension, _dimension);

    /// <summary>A table that long; kept.</summary>
    public float[] Table(int length) => _table.Length >= length ? _table : _table = new float[length];

    /// <summary>Room for so many floats; kept.</summary>
    public float* Room(int length)
    {
        if (_roomLength < length)
        {
            NativeMemory.AlignedFree(_room);
            _room = (float*)NativeMemory.AlignedAlloc((nuint)length * sizeof(float), 64);
            _roomLength = length;
        }

        return _room;
    }

    /// <summary>Pruning of that many users; kept.</summary>
    public Pruning Pruning(QuantizedPanels panels, int users)
    {
        if (_pruning is null || _pruning.Users < users || _pruning.Panels != panels)
        {
            _pruning?.Dispose();
            _pruning = new Pruning(panels, users);
        }

        return _pruning;
    }

    /// <summary>Starts a list of at most k items.</summary>
    public void Restart(int k)
    {
        Best.Restart(k);
        if (Items.Length < k)
        {
            Items = new int[k];
            ItemScores = new float[k];
        }
    }

    /// <summary>Writes the list out, best first, and returns its length.</summary>
    public int Finish(Span<Recommendation> best)
    {
        var count = Best.Finish(Items, ItemScores);
        for (var i = 0; i < count; i++)
            best[i] = new Recommendation(Items[i], ItemScores[i]);
        Accept = null;
        return count;
    }

    /// <summary>Whether an item may enter the list.</summary>
    public bool Admits(int item) =>
        !Excluded.Contains(item) && (!HasAllowed || Allowed.Contains(item)) && (Accept is null || Accept(item));

    public void Dispose()
    {
        _pruning?.Dispose();
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        NativeMemory.AlignedFree(_memory);
        NativeMemory.AlignedFree(_room);
        _memory = _room = null;
    }
}
