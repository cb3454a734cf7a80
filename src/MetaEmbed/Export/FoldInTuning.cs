using MetaEmbed.Data;
using MetaEmbed.Export.Compression;
using MetaEmbed.Inference.Codes;
using MetaEmbed.Models;
using MetaEmbed.Numerics;
using MetaEmbed.Training;

namespace MetaEmbed.Export;

/// <summary>
/// Trains codewords, biases and fold-in weights on the ranking loss while the codes of the items rest: what the quantisation
/// lost is made up for where it matters to a list. Users are folded in from the packed items themselves, without the positive
/// at hand and without most of the rest of the history, drawn anew each time; without that, a few hundred codewords learn
/// the histories by heart.
/// </summary>
internal static class FoldInTuning
{
    private const int StepsPerEpoch = 10;

    /// <summary>Settings of the training; the cosine falls over all steps.</summary>
    public static CoarseTrainingOptions Options { get; } = new()
    {
        Model = ModelKind.Table,
        UserRows = UserRowKind.Folded,
        Loss = RankingLossKind.SampledSoftmax,
        LearningRate = 0.01,
        LearningRateCurve = LearningRateCurve.Cosine,
        GradientClip = 0,
        BatchSize = 0,
        L2Factor = 0,
        HistoryDropout = 0.85,
    };

    /// <summary>The items tuned.</summary>
    /// <param name="packed">Sums of codewords.</param>
    /// <param name="scale">Scale of folded-in users, as fitted for them.</param>
    /// <param name="train">Training interactions.</param>
    /// <param name="options">Settings; steps are MaxEpochs times StepsPerEpoch.</param>
    /// <param name="workers">Threads.</param>
    /// <param name="afterEpoch">Gets the steps done and the mean loss of the last few.</param>
    /// <param name="cancellation">Stops between two steps.</param>
    public static PackedItems Tune(
        PackedItems packed, float scale, Interactions train, CoarseTrainingOptions options, Workers workers, Action<int, double>? afterEpoch, CancellationToken cancellation)
    {
        var sums = packed.Sums!;
        var parts = new AdditiveParts(sums.Stages, sums.Dimension);
        var coded = new CodedItems(parts, sums.Codes, EntityRows.Pad(sums.Dimension));
        using var model = new FoldedModel(train, sums.Dimension, coded);
        Start(coded, parts, sums);
        model.Refresh(workers);
        packed.Bias.CopyTo(model.ItemBias.Value.Span);
        packed.FoldIn.ForRoot(scale, train).CopyTo(model.FoldWeight.Value.Span);
        using (var trainer = new FoldedTrainer(train, model, options, workers, RandomPurpose.TuningBlocks))
        {
            for (var epoch = 1; epoch <= options.MaxEpochs; epoch++)
            {
                var losses = trainer.TrainEpoch(epoch, updateAssignment: false, null, cancellation);
                afterEpoch?.Invoke(epoch * options.StepsPerEpoch, losses.Loss);
            }
        }

        var tuned = Rounded(coded, parts, sums);
        return new PackedItems(
            packed.Name + "+tuned", tuned.Pack(), model.ItemBias.Value.Span[..train.ItemCount].ToArray(), FoldInWeights.Trained(model.FoldWeight.Value.Span[..train.ItemCount].ToArray()))
        {
            Sums = tuned,
        };
    }

    /// <summary>The settings for so many steps on some data.</summary>
    public static CoarseTrainingOptions For(int steps, long seed, int dimension, Interactions train)
    {
        var perEpoch = Math.Min(StepsPerEpoch, steps);
        return Experiments.ScaledSettings.For(
            Options with { StepsPerEpoch = perEpoch, MaxEpochs = (steps + perEpoch - 1) / perEpoch, Seed = seed, Dimension = dimension }, train);
    }

    private static void Start(CodedItems coded, AdditiveParts parts, AdditiveFit sums)
    {
        for (var p = 0; p < parts.Count; p++)
        {
            for (var code = 0; code < AdditiveCode.Codewords; code++)
            {
                var whole = Whole(sums.Codebooks, parts, p, code, sums.Dimension);
                var target = coded.Codeword(p, code);
                for (var k = 0; k < target.Length; k++)
                    target[k] = whole[k] * sums.Scales[p];
            }
        }
    }

    private static AdditiveFit Rounded(CodedItems coded, AdditiveParts parts, AdditiveFit sums)
    {
        var codebooks = new sbyte[sums.Codebooks.Length];
        var scales = new float[parts.Count];
        for (var p = 0; p < parts.Count; p++)
        {
            var width = parts.To(p) - parts.From(p);
            var values = new float[AdditiveCode.Codewords * width];
            for (var code = 0; code < AdditiveCode.Codewords; code++)
                coded.Codeword(p, code).CopyTo(values.AsSpan(code * width));
            var whole = new sbyte[values.Length];
            scales[p] = AdditiveFit.Round(values, whole);
            for (var code = 0; code < AdditiveCode.Codewords; code++)
                whole.AsSpan(code * width, width).CopyTo(Whole(codebooks, parts, p, code, sums.Dimension));
        }

        return sums with { Codebooks = codebooks, Scales = scales };
    }

    private static Span<sbyte> Whole(sbyte[] codebooks, AdditiveParts parts, int part, int code, int dimension) =>
        codebooks.AsSpan((parts.Stage(part) * AdditiveCode.Codewords + code) * dimension + parts.From(part), parts.To(part) - parts.From(part));
}
