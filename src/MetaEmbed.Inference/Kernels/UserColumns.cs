using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MetaEmbed.Inference.Kernels;

/// <summary>
/// Users in 8 bits, packed in tiles for <see cref="BoundTile"/>, and a column for each number that their bounds are made
/// of (<see cref="ScoreBound"/>).
/// </summary>
internal sealed unsafe class UserColumns : IDisposable
{
    private readonly int _dimension;
    private readonly int _words;
    private readonly int _places;
    private float* _memory;

    /// <summary>Takes memory.</summary>
    /// <param name="users">Users at most.</param>
    /// <param name="dimension">d.</param>
    public UserColumns(int users, int dimension)
    {
        _dimension = dimension;
        _words = QuantizedRow.Words(dimension);
        _places = (users + RegisterTile.Users - 1) / RegisterTile.Users * RegisterTile.Users;
        var floats = (nuint)_places * (nuint)(_words + 5) + (nuint)_words + (nuint)QuantizedRow.WorkLength(dimension);
        _memory = (float*)NativeMemory.AlignedAlloc(floats * sizeof(float), 64);
        NativeMemory.Clear(_memory, floats * sizeof(float));
    }

    /// <summary>Returns the memory if <see cref="Dispose"/> was not called.</summary>
    ~UserColumns() => Free();

    /// <summary>s of each user.</summary>
    public float* Scales => _memory;

    /// <summary>After <see cref="SetThresholds"/>: a value at most this proves a score to be below the limit.</summary>
    public float* Thresholds => _memory + _places;

    /// <summary>A single user, word after word.</summary>
    public float* Alone => _memory + (long)_places * (_words + 5);

    private float* Limits => _memory + 2 * _places;

    private float* ErrorFactors => _memory + 3 * _places;

    private float* NormFactors => _memory + 4 * _places;

    private float* Packed => _memory + 5 * _places;

    private float* Work => Alone + _words;

    /// <summary>The tile that begins with a user.</summary>
    public float* Tile(int user) => Packed + (long)user * _words;

    /// <summary>Quantises users; one alone goes to <see cref="Alone"/>, several to tiles.</summary>
    /// <param name="rows">Addresses of their rows.</param>
    public void Load(ReadOnlySpan<nint> rows)
    {
        if (rows.Length == 1)
        {
            LoadAlone(0, (float*)rows[0]);
            return;
        }

        for (var i = 0; i < rows.Length; i++)
        {
            var words = Packed + (long)(i / RegisterTile.Users) * RegisterTile.Users * _words + i % RegisterTile.Users;
            Set(i, QuantizedRow.User((float*)rows[i], _dimension, (uint*)words, RegisterTile.Users, Work));
        }
    }

    /// <summary>Quantises one user to <see cref="Alone"/>.</summary>
    public void LoadAlone(int user, float* row) => Set(user, QuantizedRow.User(row, _dimension, (uint*)Alone, 1, Work));

    /// <summary>Sets the limit of a user's scores.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void SetLimit(int user, float limit) => Limits[user] = ScoreBound.Lowered(limit);

    /// <summary>Computes limit - slack of some users for a panel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void SetThresholds(BoundColumns columns, int panel, int first, int count)
    {
        float error = columns.Error(panel), norm = columns.Norm(panel), rest = columns.Rest(panel);
        float* thresholds = Thresholds, limits = Limits, errorFactors = ErrorFactors, normFactors = NormFactors;
        int i = first, end = first + count;
        for (; i + Vector<float>.Count <= end; i += Vector<float>.Count)
        {
            var slack = Vector.Load(errorFactors + i) * error + (Vector.Load(normFactors + i) * norm + new Vector<float>(rest));
            (Vector.Load(limits + i) - slack).Store(thresholds + i);
        }

        for (; i < end; i++)
            thresholds[i] = limits[i] - (errorFactors[i] * error + (normFactors[i] * norm + rest));
    }

    /// <summary>Returns the memory.</summary>
    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Set(int user, QuantizedRow row)
    {
        var bound = ScoreBound.Of(row, _dimension);
        Scales[user] = row.Scale;
        ErrorFactors[user] = bound.ErrorFactor;
        NormFactors[user] = bound.NormFactor;
    }

    private void Free()
    {
        NativeMemory.AlignedFree(_memory);
        _memory = null;
    }
}
