using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using MetaEmbed.Inference.Codes;
using MetaEmbed.Inference.Kernels;

namespace MetaEmbed.Inference.Exact;

/// <summary>
/// The rows that rank, H of users and items, computed from the parameters and the graph of an <c>exact</c> file. No
/// operation mixes columns, so blocks of 64 columns are computed apart, on as many threads as there are.
/// </summary>
internal sealed unsafe class ExactRows : IDisposable
{
    private readonly int _dimension;
    private float* _rows;

    public ExactRows(ExactParameters model, ExactGraph graph)
    {
        _dimension = model.Dimension;
        _rows = (float*)NativeMemory.AlignedAlloc(Math.Max((nuint)graph.Entities * (nuint)_dimension * sizeof(float), 64), 64);
        var target = _rows;
        try
        {
            var start = ExactStart.Of(model);
            Parallel.For(0, (_dimension + ExactStart.BlockWidth - 1) / ExactStart.BlockWidth, block => Compute(model, graph, start, block, target));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    ~ExactRows() => Free();

    /// <summary>Some of the rows, as a code.</summary>
    /// <param name="first">Index of the first one.</param>
    /// <param name="count">How many.</param>
    public RowCode View(int first, int count) => new Code(this, first, count);

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private static void Compute(ExactParameters model, ExactGraph graph, float[] start, int block, float* rows)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            if (model.Brain)
                ExactLayers<BFloat16Codec, SixteenLanes512>.Compute(model, graph, start, block, rows);
            else
                ExactLayers<Float32Codec, SixteenLanes512>.Compute(model, graph, start, block, rows);
        }
        else if (model.Brain)
        {
            ExactLayers<BFloat16Codec, SixteenLanes256>.Compute(model, graph, start, block, rows);
        }
        else
        {
            ExactLayers<Float32Codec, SixteenLanes256>.Compute(model, graph, start, block, rows);
        }
    }

    private void Free()
    {
        NativeMemory.AlignedFree(_rows);
        _rows = null;
    }

    private sealed class Code(ExactRows owner, int first, int count) : RowCode(count, owner._dimension)
    {
        public override float* Floats => owner._rows + (long)first * Dimension;

        public override void Decode(int row, Span<float> target)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)Rows, nameof(row));
            new ReadOnlySpan<float>(owner._rows + (long)(first + row) * Dimension, Dimension).CopyTo(target);
        }
    }
}
