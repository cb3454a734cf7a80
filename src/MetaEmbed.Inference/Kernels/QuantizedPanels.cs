using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MetaEmbed.Inference.Kernels;

/// <summary>
/// The rows of all items in 8 bits (<see cref="QuantizedRow"/>), packed for <see cref="BoundTile"/>: panels of
/// <see cref="ItemPanels.Width"/> items, within a panel word after word, four elements each. Items that are likely to
/// be near the top of many lists come first, so that a list's k-th best is high early. A quarter of the size of
/// <see cref="ItemPanels"/>.
/// </summary>
internal sealed unsafe class QuantizedPanels : IDisposable
{
    private const int Width = ItemPanels.Width;

    // Rows are read in the order of the panels, from all over memory: this many items ahead.
    private const int Ahead = 4;

    private readonly int[] _order;
    private readonly int[] _places;
    private readonly float[] _errorNorms;
    private uint* _words;
    private uint* _correction;

    /// <summary>Makes panels to be filled with <see cref="Pack"/>.</summary>
    /// <param name="order">The items in the order of the panels, each once.</param>
    /// <param name="dimension">Length d of a row, positive.</param>
    public QuantizedPanels(int[] order, int dimension)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(dimension);
        _order = order;
        _places = new int[order.Length];
        for (var place = 0; place < order.Length; place++)
            _places[order[place]] = place;
        Dimension = dimension;
        Words = QuantizedRow.Words(dimension);
        PanelCount = (int)(((long)order.Length + Width - 1) / Width);
        _errorNorms = new float[order.Length];
        Scores = new BoundColumns(PanelCount);
        _words = (uint*)NativeMemory.AlignedAlloc(Math.Max((nuint)PanelCount * (nuint)(Width * sizeof(uint)) * (nuint)Words, 64), 64);
        _correction = (uint*)NativeMemory.AlignedAlloc(Math.Max((nuint)PanelCount * (Width * sizeof(uint)), 64), 64);
    }

    /// <summary>Returns the memory if <see cref="Dispose"/> was not called.</summary>
    ~QuantizedPanels() => Free();

    /// <summary>Whether this machine has the instructions.</summary>
    public static bool IsSupported => Vector256.IsHardwareAccelerated && Avx2.IsSupported;

    /// <summary>Length d of a row.</summary>
    public int Dimension { get; }

    /// <summary>32-bit words of a row.</summary>
    public int Words { get; }

    /// <summary>Number of items.</summary>
    public int ItemCount => _order.Length;

    /// <summary>Number of panels, the last one padded.</summary>
    public int PanelCount { get; }

    /// <summary>The columns of scores: products plus biases.</summary>
    public BoundColumns Scores { get; }

    /// <summary>Orders items by a guess of their largest scores, b + 3 |u| |i| / sqrt d.</summary>
    /// <param name="rows">items x d, row after row.</param>
    /// <param name="bias">A bias for each item, or empty for none.</param>
    /// <param name="itemCount">Number of items.</param>
    /// <param name="dimension">d.</param>
    /// <param name="userNorm">About the norm of a user's row.</param>
    public static int[] Order(float* rows, ReadOnlySpan<float> bias, int itemCount, int dimension, float userNorm)
    {
        var norms = new float[itemCount];
        for (var item = 0; item < itemCount; item++)
            norms[item] = Norm(rows + (long)item * dimension, dimension);
        return Order(norms, bias, dimension, userNorm);
    }

    /// <summary>The same, of norms. The upper 16 bits of a guess decide, which is one in a hundred; then the smaller item.</summary>
    /// <param name="norms">|i| of each item.</param>
    /// <param name="bias">A bias for each item, or empty for none.</param>
    /// <param name="dimension">d.</param>
    /// <param name="userNorm">About the norm of a user's row.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int[] Order(ReadOnlySpan<float> norms, ReadOnlySpan<float> bias, int dimension, float userNorm)
    {
        var order = new int[norms.Length];
        var keys = new ushort[norms.Length];
        var next = new int[ushort.MaxValue + 2];
        var weight = 3 * userNorm / MathF.Sqrt(dimension);
        for (var item = 0; item < keys.Length; item++)
        {
            // Bits that descend as the number ascends.
            var bits = BitConverter.SingleToInt32Bits(weight * norms[item] + (bias.IsEmpty ? 0 : bias[item]));
            keys[item] = (ushort)(~(bits ^ ((bits >> 31) | int.MinValue)) >>> 16);
            next[keys[item] + 1]++;
        }

        for (var key = 1; key < next.Length; key++)
            next[key] += next[key - 1];
        for (var item = 0; item < keys.Length; item++)
            order[next[keys[item]]++] = item;
        return order;
    }

    /// <summary>Packs all items at once.</summary>
    /// <param name="rows">items x d, row after row.</param>
    /// <param name="bias">A bias for each item, or empty for none.</param>
    /// <param name="itemCount">Number of items.</param>
    /// <param name="dimension">d.</param>
    /// <param name="userNorm">About the norm of a user's row; a bad guess costs time only.</param>
    public static QuantizedPanels From(float* rows, ReadOnlySpan<float> bias, int itemCount, int dimension, float userNorm)
    {
        var panels = new QuantizedPanels(Order(rows, bias, itemCount, dimension, userNorm), dimension);
        for (var p = 0; p < panels.PanelCount; p++)
            panels.Pack(p, new ContiguousRows(rows, dimension), bias);
        return panels;
    }

    /// <summary>Packs one panel; different panels may be packed by different threads.</summary>
    /// <param name="panel">Index of the panel.</param>
    /// <param name="items">All items.</param>
    /// <param name="bias">All items' biases, or empty for none.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Pack<TItems>(int panel, TItems items, ReadOnlySpan<float> bias)
        where TItems : IQuantizedItems
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)panel, (uint)PanelCount, nameof(panel));
        var words = (uint*)Rows(panel);
        var correction = (uint*)Correction(panel);
        float* scales = Scores.Scales(panel), biases = Scores.Biases(panel);
        var work = stackalloc float[QuantizedRow.WorkLength(Dimension)];
        float error = 0, norm = 0, largestBias = 0;
        for (var j = 0; j < Width; j++)
        {
            var place = panel * Width + j;
            if (place >= ItemCount)
            {
                for (var w = 0; w < Words; w++)
                    words[w * Width + j] = 0;
                (correction[j], scales[j], biases[j]) = (0, 0, float.NegativeInfinity);
                continue;
            }

            var item = _order[place];
            if (place + Ahead < ItemCount)
                items.Fetch(_order[place + Ahead]);
            var row = items.Write(item, words + j, Width, work);
            _errorNorms[place] = row.ErrorNorm;
            correction[j] = (ushort)(-64 * row.FirstSum) | (uint)(ushort)(-64 * row.SecondSum) << 16;
            scales[j] = row.Scale;
            biases[j] = bias.IsEmpty ? 0 : bias[item];

            // Math.Max passes on what is not a number.
            error = MathF.Max(error, row.ErrorNorm);
            norm = MathF.Max(norm, row.Norm);
            largestBias = MathF.Max(largestBias, MathF.Abs(biases[j]));
        }

        Scores.Set(panel, error, norm, ScoreBound.Fixed(largestBias));
    }

    /// <summary>A bit for each item of a panel; the last one may have fewer than others.</summary>
    public ulong Items(int panel) => (1UL << Math.Min(Width, ItemCount - panel * Width)) - 1;

    /// <summary>The item at a place of the order.</summary>
    public int Item(int place) => _order[place];

    /// <summary>The place of an item in the order.</summary>
    public int Place(int item) => _places[item];

    /// <summary>The bias of the item at a place.</summary>
    public float Bias(int place) => Scores.Biases(place / Width)[place % Width];

    /// <summary>A bound of |e| of the item at a place.</summary>
    public float ErrorNorm(int place) => _errorNorms[place];

    /// <summary>The packed rows of a panel: words x <see cref="ItemPanels.Width"/>.</summary>
    public float* Rows(int panel) => (float*)(_words + (long)panel * Width * Words);

    /// <summary>For each item what takes the users' offset out of a sum: -64 times the sums of its halves, modulo 2^16.</summary>
    public short* Correction(int panel) => (short*)(_correction + (long)panel * Width);

    /// <summary>Returns the memory.</summary>
    public void Dispose()
    {
        Scores.Dispose();
        Free();
        GC.SuppressFinalize(this);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Norm(float* row, int dimension)
    {
        var sums = Vector<float>.Zero;
        var k = 0;
        for (; k + Vector<float>.Count <= dimension; k += Vector<float>.Count)
        {
            var x = Vector.Load(row + k);
            sums += x * x;
        }

        var sum = Vector.Sum(sums);
        for (; k < dimension; k++)
            sum += row[k] * row[k];
        return MathF.Sqrt(sum);
    }

    private void Free()
    {
        NativeMemory.AlignedFree(_words);
        NativeMemory.AlignedFree(_correction);
        _words = _correction = null;
    }
}
