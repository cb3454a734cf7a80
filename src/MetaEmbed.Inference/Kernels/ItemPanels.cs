using System.Runtime.InteropServices;

namespace MetaEmbed.Inference.Kernels;

/// <summary>
/// The rows of all items, packed for scoring: panels of <see cref="Width"/> items, within a panel dimension after
/// dimension (panel p holds element k of item p Width + j at [k Width + j]), on 64-byte boundaries, with a bias for
/// each item. Missing items of the last panel have zero rows and a bias of minus infinity, so that they never enter
/// a list of best items.
/// </summary>
internal sealed unsafe class ItemPanels : IDisposable
{
    /// <summary>Items in a panel: three vectors of sixteen.</summary>
    public const int Width = 48;

    private float* _rows;
    private float* _bias;

    /// <summary>Makes panels to be filled with <see cref="Pack"/>.</summary>
    /// <param name="itemCount">Number of items, not negative.</param>
    /// <param name="dimension">Length d of a row, positive.</param>
    public ItemPanels(int itemCount, int dimension)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(itemCount);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(dimension);
        ItemCount = itemCount;
        Dimension = dimension;
        PanelCount = (int)(((long)itemCount + Width - 1) / Width);
        _rows = (float*)NativeMemory.AlignedAlloc(Math.Max((nuint)PanelCount * (nuint)(Width * sizeof(float)) * (nuint)dimension, 64), 64);
        _bias = (float*)NativeMemory.AlignedAlloc(Math.Max((nuint)PanelCount * (Width * sizeof(float)), 64), 64);
    }

    /// <summary>Returns the memory if <see cref="Dispose"/> was not called.</summary>
    ~ItemPanels() => Free();

    /// <summary>Number of items.</summary>
    public int ItemCount { get; }

    /// <summary>Length d of a row.</summary>
    public int Dimension { get; }

    /// <summary>Number of panels, the last one padded.</summary>
    public int PanelCount { get; }

    /// <summary>Packs all items at once.</summary>
    /// <param name="rows">items x d, row after row.</param>
    /// <param name="bias">A bias for each item, or empty for none.</param>
    /// <param name="itemCount">Number of items.</param>
    /// <param name="dimension">d.</param>
    public static ItemPanels From(ReadOnlySpan<float> rows, ReadOnlySpan<float> bias, int itemCount, int dimension)
    {
        var panels = new ItemPanels(itemCount, dimension);
        for (var p = 0; p < panels.PanelCount; p++)
        {
            var first = p * Width;
            var count = Math.Min(Width, itemCount - first);
            panels.Pack(p, rows.Slice(first * dimension, count * dimension), bias.IsEmpty ? bias : bias.Slice(first, count));
        }

        return panels;
    }

    /// <summary>Packs one panel; different panels may be packed by different threads.</summary>
    /// <param name="panel">Index of the panel.</param>
    /// <param name="rows">The rows of its items, row after row.</param>
    /// <param name="bias">Their biases, or empty for none.</param>
    public void Pack(int panel, ReadOnlySpan<float> rows, ReadOnlySpan<float> bias)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)panel, (uint)PanelCount, nameof(panel));
        var count = Math.Min(Width, ItemCount - panel * Width);
        if (rows.Length != count * Dimension || (bias.Length != 0 && bias.Length != count))
            throw new ArgumentException($"panel {panel} holds {count} rows of {Dimension}", nameof(rows));
        var to = Rows(panel);
        var d = Dimension;
        fixed (float* from = rows)
        {
            // Four items at a time: each pass reads four rows in order and writes 16 bytes into each line of the panel.
            var j = 0;
            for (; j + 4 <= count; j += 4)
            {
                float* a = from + j * d, b = a + d, c = b + d, e = c + d;
                var at = to + j;
                for (var k = 0; k < d; k++, at += Width)
                {
                    at[0] = a[k];
                    at[1] = b[k];
                    at[2] = c[k];
                    at[3] = e[k];
                }
            }

            for (; j < count; j++)
                for (var k = 0; k < d; k++)
                    to[k * Width + j] = from[j * d + k];
            for (; j < Width; j++)
                for (var k = 0; k < d; k++)
                    to[k * Width + j] = 0;
        }

        var biasTo = new Span<float>(Bias(panel), Width);
        biasTo[count..].Fill(float.NegativeInfinity);
        if (bias.IsEmpty)
            biasTo[..count].Clear();
        else
            bias.CopyTo(biasTo);
    }

    /// <summary>The packed rows of a panel: d x <see cref="Width"/>.</summary>
    public float* Rows(int panel) => _rows + (long)panel * Width * Dimension;

    /// <summary>The biases of a panel.</summary>
    public float* Bias(int panel) => _bias + (long)panel * Width;

    /// <summary>Returns the memory.</summary>
    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        NativeMemory.AlignedFree(_rows);
        NativeMemory.AlignedFree(_bias);
        _rows = _bias = null;
    }
}
