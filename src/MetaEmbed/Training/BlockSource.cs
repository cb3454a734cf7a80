using MetaEmbed.Data;
using MetaEmbed.Numerics;

namespace MetaEmbed.Training;

/// <summary>Batches for <see cref="SoftmaxLoss"/>: every step draws its blocks.</summary>
internal sealed class BlockSource : BatchSource
{
    private readonly BlockSampler _sampler;
    private readonly BlockBatch _batch;
    private int _epoch;

    internal BlockSource(Interactions train, StageTrainingOptions options, RandomPurpose purpose = RandomPurpose.Blocks)
    {
        // More positives than interactions would only repeat them.
        var size = Math.Clamp(train.Count, 1, options.BatchSize);
        _batch = new BlockBatch(size, options.BlockSize, options.SharedNegatives);
        _sampler = new BlockSampler(train, options.Seed, size, options.PositiveSource, options.NegativeSource, purpose);
        var all = (train.Count + size - 1) / size;
        FullSteps = _sampler.Empty ? 0 : options.StepsPerEpoch > 0 ? options.StepsPerEpoch : all;
    }

    internal override ITrainingBatch Batch => _batch;

    internal override int Places => _batch.All.Length;

    internal override int FullSteps { get; }

    internal override int Begin(int epoch)
    {
        _epoch = epoch;
        return FullSteps;
    }

    internal override void Fill(int step) => _sampler.Draw(_epoch, step, _batch);

    public override void Dispose() => _batch.Dispose();
}
