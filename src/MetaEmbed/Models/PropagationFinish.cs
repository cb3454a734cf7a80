using System.Runtime.CompilerServices;

namespace MetaEmbed.Models;

/// <content>
/// The last product and the mean of the layers, for the rows asked for only. Their lists of neighbours do not follow one
/// another, so the lists of a run of rows are copied together, for rows to be fetched ahead of their use.
/// </content>
internal sealed unsafe partial class Propagation<TCodec, TLanes>
{
    private const int FinishChunks = 64;

    /// <summary>Neighbours of a run of rows at the most.</summary>
    private const int RunNeighbours = 512;

    /// <summary>Rows of a run at the most.</summary>
    private const int RunRows = 256;

    /// <summary>h_e = (y0_e + .. + y(L-1)_e + last product) / (sigma_e (L + 1)), 64 columns of a run of the rows asked for.</summary>
    private void FinishTask(int task)
    {
        var block = task / FinishChunks;
        var run = task - block * FinishChunks;
        var to = (int)((long)_finishCount * (run + 1) / FinishChunks);
        var on = OperandsOf(block);
        var ids = stackalloc int[RunNeighbours + Ahead];
        for (var i = (int)((long)_finishCount * run / FinishChunks); i < to;)
        {
            var (count, rows) = (0, 0);
            for (; Layers > 0 && rows < RunRows && i + rows < to; rows++)
            {
                var (start, end) = (on.RowStart[_finishRows[i + rows]], on.RowStart[_finishRows[i + rows] + 1]);
                if (count + end - start > RunNeighbours)
                    break;
                new ReadOnlySpan<int>(on.Neighbours + start, end - start).CopyTo(new Span<int>(ids + count, end - start));
                count += end - start;
            }

            new Span<int>(ids + count, Ahead).Clear();
            if (rows == 0)
            {
                // Without a product, or with more neighbours than a run takes: the list as it lies.
                var e = _finishRows[i];
                FinishRow(i++, block, on, on.Neighbours + on.RowStart[e], Layers > 0 ? on.Neighbours + on.RowStart[e + 1] : null);
                continue;
            }

            var id = ids;
            for (var last = i + rows; i < last; i++)
            {
                var e = _finishRows[i];
                var next = id + on.RowStart[e + 1] - on.RowStart[e];
                FinishRow(i, block, on, id, next);
                id = next;
            }
        }
    }

    /// <summary>One row asked for, from the ids of its neighbours; their end is null where there is no product.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void FinishRow(int i, int block, in Operands on, int* id, int* end)
    {
        var e = _finishRows[i];
        TLanes a = TLanes.Zero, b = TLanes.Zero, c = TLanes.Zero, d = TLanes.Zero;
        if (end is not null)
        {
            AddRows(on.Rows, id, end, ref a, ref b, ref c, ref d);
            CompleteRow(e, on, ref a, ref b, ref c, ref d);
        }

        for (var l = 0; l < _layers.Length; l++)
        {
            TCodec.Load<TLanes>(_layers[l].Block(block) + (long)e * TCodec.Bytes, out var x, out var y, out var z, out var w);
            a += x;
            b += y;
            c += z;
            d += w;
        }

        var scale = TLanes.All(Graph.InverseSigma.Pointer[e] / (Layers + 1));
        var columns = _finishTarget.Columns;
        var target = _finishTarget.Pointer + (long)i * columns + block * EntityRows.BlockWidth;
        var width = Math.Min(columns - block * EntityRows.BlockWidth, EntityRows.BlockWidth);
        if (width == EntityRows.BlockWidth)
        {
            Store(target, a * scale, b * scale, c * scale, d * scale);
            return;
        }

        var narrow = stackalloc float[EntityRows.BlockWidth];
        Store(narrow, a * scale, b * scale, c * scale, d * scale);
        new ReadOnlySpan<float>(narrow, width).CopyTo(new Span<float>(target, width));
    }
}
