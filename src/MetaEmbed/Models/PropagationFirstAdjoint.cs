using System.Runtime.CompilerServices;

namespace MetaEmbed.Models;

/// <content>
/// The first product of the backward pass. Its operand, sigma dH, is zero outside the batch, so the batch's rows alone are
/// kept, by slot, and of each list of neighbours those in the batch are read. A row of zeros adds nothing: the bits are
/// those of the product over all neighbours.
/// </content>
internal sealed unsafe partial class Propagation<TCodec, TLanes>
{
    /// <summary>Row s of the source becomes sigma dH of the batch's entity in slot s.</summary>
    private void InjectBatchTask(int task)
    {
        var block = task / FinishChunks;
        var run = task - block * FinishChunks;
        var batch = _batch!;
        var source = _source.Block(block);
        var to = (int)((long)batch.Count * (run + 1) / FinishChunks);
        for (var slot = (int)((long)batch.Count * run / FinishChunks); slot < to; slot++)
        {
            TLanes a = TLanes.Zero, b = TLanes.Zero, c = TLanes.Zero, d = TLanes.Zero;
            AddScaled(Graph.Sigma.Pointer[batch.RowPointer[slot]], GradientRow(slot, block), ref a, ref b, ref c, ref d);
            TCodec.Store(source + (long)slot * TCodec.Bytes, a, b, c, d);
        }
    }

    /// <summary>As <see cref="MetaTask"/>, the source being the batch's rows.</summary>
    private void MetaBatchTask(int task)
    {
        var block = task / Graph.CoarseCount;
        var k = task - block * Graph.CoarseCount;
        var rows = _source.Block(block);
        var slots = _batch!.Slots;
        TLanes a = TLanes.Zero, b = TLanes.Zero, c = TLanes.Zero, d = TLanes.Zero;
        var end = Graph.MemberStart.Pointer[k + 1];
        for (var i = Graph.MemberStart.Pointer[k]; i < end; i++)
        {
            var slot = slots[Graph.Members.Pointer[i]];
            if (slot >= 0)
                AddStored(_memberWeights[i], rows + (long)slot * TCodec.Bytes, ref a, ref b, ref c, ref d);
        }

        Store(_metaTarget.Pointer + (long)k * PaddedDimension + block * EntityRows.BlockWidth, a, b, c, d);
    }

    /// <summary>As <see cref="EntityTask"/>, the source being the batch's rows; all blocks of columns of a run of entities.</summary>
    private void EntityBatchTask(int chunk)
    {
        var to = Graph.Chunks[chunk + 1];
        var starts = Graph.RowStart.Pointer;
        var slots = stackalloc int[RunNeighbours + Ahead];
        var ends = stackalloc int[RunRows];
        for (var e = Graph.Chunks[chunk]; e < to;)
        {
            var most = starts[e] + RunNeighbours;
            if (starts[e + 1] > most)
            {
                EntityBatchRow(e++, slots);
                continue;
            }

            var (count, entities) = (0, 0);
            for (; entities < RunRows && e + entities < to && starts[e + entities + 1] <= most; entities++)
            {
                count = InBatch(starts[e + entities], starts[e + entities + 1], slots, count);
                ends[entities] = count;
            }

            new Span<int>(slots + count, Ahead).Clear();
            for (var block = 0; block < BlockCount; block++)
            {
                var rows = _source.Block(block);
                var first = 0;
                for (var i = 0; i < entities; i++)
                {
                    TLanes a = TLanes.Zero, b = TLanes.Zero, c = TLanes.Zero, d = TLanes.Zero;
                    AddRows(rows, slots + first, slots + ends[i], ref a, ref b, ref c, ref d);
                    StoreBatchRow(e + i, block, a, b, c, d);
                    first = ends[i];
                }
            }

            e += entities;
        }
    }

    /// <summary>The same for one entity with more neighbours than a run takes.</summary>
    private void EntityBatchRow(int e, int* slots)
    {
        for (var block = 0; block < BlockCount; block++)
        {
            TLanes a = TLanes.Zero, b = TLanes.Zero, c = TLanes.Zero, d = TLanes.Zero;
            var end = Graph.RowStart.Pointer[e + 1];
            for (var from = Graph.RowStart.Pointer[e]; from < end; from += RunNeighbours)
            {
                var count = InBatch(from, Math.Min(from + RunNeighbours, end), slots, 0);
                new Span<int>(slots + count, Ahead).Clear();
                AddRows(_source.Block(block), slots, slots + count, ref a, ref b, ref c, ref d);
            }

            StoreBatchRow(e, block, a, b, c, d);
        }
    }

    /// <summary>Appends the slots of those of a run of neighbours that are in the batch; returns how many there are then.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int InBatch(int from, int to, int* slots, int count)
    {
        var neighbours = Graph.Neighbours.Pointer;
        var slotOf = _batch!.Slots;
        for (var i = from; i < to; i++)
        {
            var slot = slotOf[neighbours[i]];
            slots[count] = slot;
            count += 1 + (slot >> 31);
        }

        return count;
    }

    /// <summary>What <see cref="EntityTask"/> makes of the sum over an entity's neighbours.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void StoreBatchRow(int e, int block, TLanes a, TLanes b, TLanes c, TLanes d)
    {
        var alpha = TLanes.All(Graph.Alpha.Pointer[e]);
        a *= alpha;
        b *= alpha;
        c *= alpha;
        d *= alpha;
        if (Graph.FineCount > 0)
        {
            // Without fine meta-embeddings the gradient of the meta-embeddings' rows is zero so far.
            var meta = _metaSource.Pointer + block * EntityRows.BlockWidth;
            for (var i = (long)e * Graph.PerEntity; i < (long)(e + 1) * Graph.PerEntity; i++)
                AddScaled(Graph.Beta.Pointer[i], meta + (long)Graph.Picks.Pointer[i] * PaddedDimension, ref a, ref b, ref c, ref d);
        }

        var slot = _batch!.Slots[e];
        if (slot >= 0)
            AddScaled(Graph.Sigma.Pointer[e], GradientRow(slot, block), ref a, ref b, ref c, ref d);
        TCodec.Store(_target.Block(block) + (long)e * TCodec.Bytes, a, b, c, d);
    }
}
