using MetaEmbed.Data;
using MetaEmbed.Numerics;

namespace MetaEmbed.Training;

/// <summary>Batches of triples for <see cref="BprLoss"/>: an epoch's triples in order, the last batch smaller.</summary>
internal sealed class TripleSource : BatchSource<EpochTriples>
{
    private readonly TripleSampler _sampler;
    private readonly TripleBatch _batch;
    private readonly int _userCount;
    private readonly int _stepsPerEpoch;

    internal TripleSource(Interactions train, StageTrainingOptions options, Workers workers)
        : base(workers)
    {
        _sampler = new TripleSampler(train, options.Seed, options.Negatives);
        _userCount = train.UserCount;
        _stepsPerEpoch = options.StepsPerEpoch;
        // A batch larger than an epoch is an epoch: no memory for what cannot come.
        var all = (long)train.Count * options.Negatives;
        _batch = new TripleBatch((int)Math.Clamp(all, 1, options.BatchSize));
        FullSteps = Steps((int)all);
    }

    internal override ITrainingBatch Batch => _batch;

    internal override int Places => 3 * _batch.Capacity;

    internal override int FullSteps { get; }

    internal override int Begin(int epoch) => Steps(Take(epoch).Count);

    internal override void Fill(int step) => Current!.Fill(step * _batch.Capacity, _batch, _userCount);

    private protected override EpochTriples Draw(int epoch, Workers? threads, EpochTriples? reuse) => _sampler.Draw(epoch, threads, reuse);

    public override void Dispose()
    {
        base.Dispose();
        _batch.Dispose();
    }

    private int Steps(int triples)
    {
        var steps = (triples + _batch.Capacity - 1) / _batch.Capacity;
        return _stepsPerEpoch == 0 ? steps : Math.Min(steps, _stepsPerEpoch);
    }
}
