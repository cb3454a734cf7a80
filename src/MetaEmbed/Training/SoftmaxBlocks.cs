using System.Runtime.Intrinsics;
using MetaEmbed.Inference.Kernels;
using MetaEmbed.Numerics;

namespace MetaEmbed.Training;

/// <summary>
/// Sampled softmax over the blocks of a step, wherever the rows lie: the caller names the rows, this gives the loss and
/// the gradient at each place. With z_j = (&lt;h_u, h_j&gt; + o_j) / tau over a positive p and the J negatives of its
/// block, o the offset of an item,
/// <code>
/// loss = 1/B sum over positives of (log sum_j e^z_j - z_p),   g_j = (softmax(z)_j - [j = p]) / (B tau)
/// dh_u += sum_j g_j h_j,  dh_j += g_j h_u,  do_j += g_j
/// </code>
/// </summary>
internal abstract unsafe class SoftmaxBlocks : IDisposable
{
    private readonly NativeBuffer<nint> _rows;
    private readonly NativeBuffer<float> _offsets;

    private protected SoftmaxBlocks(BlockBatch batch, int paddedDimension)
    {
        Batch = batch;
        var negatives = batch.Blocks * batch.Shared;
        _rows = new NativeBuffer<nint>(2L * batch.Count + negatives);
        _offsets = new NativeBuffer<float>((long)batch.Count + negatives);
        UserGradient = new Matrix(batch.Count, paddedDimension);
        NegativeGradient = new Matrix(negatives, paddedDimension);
        PositiveSlopes = new NativeBuffer<float>(batch.Count);
        NegativeSlopes = new NativeBuffer<float>(negatives);
    }

    private protected BlockBatch Batch { get; }

    /// <summary>Row of each positive's user; B long, to be filled before its block is computed, as the following.</summary>
    internal float** Users => (float**)_rows.Pointer;

    /// <summary>Row of each positive; B long.</summary>
    internal float** Positives => Users + Batch.Count;

    /// <summary>Row of each negative, block after block.</summary>
    internal float** Negatives => Users + 2L * Batch.Count;

    /// <summary>What is added to the score of each positive.</summary>
    internal float* PositiveOffsets => _offsets.Pointer;

    /// <summary>What is added to the score of each negative.</summary>
    internal float* NegativeOffsets => _offsets.Pointer + Batch.Count;

    /// <summary>sum_j g_j h_j of each positive's user, B x D.</summary>
    internal Matrix UserGradient { get; }

    /// <summary>sum over a block's positives of g_j h_u, a row a negative.</summary>
    internal Matrix NegativeGradient { get; }

    /// <summary>g_p of each positive.</summary>
    internal NativeBuffer<float> PositiveSlopes { get; }

    /// <summary>sum over a block's positives of g_j.</summary>
    internal NativeBuffer<float> NegativeSlopes { get; }

    /// <param name="batch">Sizes of the blocks.</param>
    /// <param name="paddedDimension">D, a multiple of 64.</param>
    /// <param name="temperature">tau.</param>
    /// <param name="workers">Threads.</param>
    /// <param name="fill">Names the rows and offsets of a block's places; called on any thread.</param>
    internal static SoftmaxBlocks Create(BlockBatch batch, int paddedDimension, double temperature, Workers workers, Action<int> fill) =>
        Vector512.IsHardwareAccelerated
            ? new SoftmaxBlocks<SixteenLanes512>(batch, paddedDimension, temperature, workers, fill)
            : new SoftmaxBlocks<SixteenLanes256>(batch, paddedDimension, temperature, workers, fill);

    /// <summary>All blocks; returns the loss, a mean over the positives.</summary>
    internal abstract double Compute();

    public virtual void Dispose()
    {
        _rows.Dispose();
        _offsets.Dispose();
        UserGradient.Dispose();
        NegativeGradient.Dispose();
        PositiveSlopes.Dispose();
        NegativeSlopes.Dispose();
    }
}

/// <summary><see cref="SoftmaxBlocks"/> on this machine's vectors.</summary>
internal sealed unsafe class SoftmaxBlocks<TLanes> : SoftmaxBlocks
    where TLanes : struct, ISixteenLanes<TLanes>
{
    private readonly Workers _workers;
    private readonly Action<int> _fill;
    private readonly Action<int> _compute;
    private readonly float _inverseTemperature;
    private readonly double[] _losses;
    private readonly Stack<SoftmaxBlock<TLanes>> _idle = [];

    internal SoftmaxBlocks(BlockBatch batch, int paddedDimension, double temperature, Workers workers, Action<int> fill)
        : base(batch, paddedDimension)
    {
        _workers = workers;
        _fill = fill;
        _compute = ComputeTask;
        _inverseTemperature = (float)(1 / temperature);
        _losses = new double[batch.Blocks];
        for (var i = 0; i < workers.Count; i++)
            _idle.Push(new SoftmaxBlock<TLanes>(batch.BlockSize, batch.Shared, paddedDimension));
    }

    internal override double Compute()
    {
        _workers.Run(Batch.Blocks, _compute);
        var sum = 0.0;
        foreach (var loss in _losses)
            sum += loss;
        return sum / Batch.Count;
    }

    public override void Dispose()
    {
        base.Dispose();
        foreach (var block in _idle)
            block.Dispose();
    }

    private void ComputeTask(int index)
    {
        _fill(index);
        SoftmaxBlock<TLanes> block;
        lock (_idle)
            block = _idle.Pop();
        var first = index * Batch.BlockSize;
        var firstNegative = index * Batch.Shared;
        block.Count = Math.Min(Batch.BlockSize, Batch.Count - first);
        block.Users = Users + first;
        block.Positives = Positives + first;
        block.Negatives = Negatives + firstNegative;
        block.PositiveOffsets = PositiveOffsets + first;
        block.NegativeOffsets = NegativeOffsets + firstNegative;
        _losses[index] = block.Compute(
            _inverseTemperature,
            _inverseTemperature / Batch.Count,
            UserGradient.Pointer + (long)first * UserGradient.Columns,
            PositiveSlopes.Pointer + first,
            NegativeGradient.Pointer + (long)firstNegative * NegativeGradient.Columns,
            NegativeSlopes.Pointer + firstNegative);
        lock (_idle)
            _idle.Push(block);
    }
}
