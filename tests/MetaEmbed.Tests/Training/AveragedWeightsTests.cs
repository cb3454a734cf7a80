using System.Runtime.InteropServices;
using MetaEmbed.Models;
using MetaEmbed.Tests.Conformance;
using MetaEmbed.Tests.Models;
using MetaEmbed.Training;

namespace MetaEmbed.Tests.Training;

public sealed class AveragedWeightsTests
{
    private const double Decay = 0.9;
    private static readonly CoarseTrainingOptions Options = new() { LearningRate = 0.02, WeightAveraging = Decay };

    [Fact]
    public void The_average_follows_the_values_faster_at_first_and_is_what_is_kept()
    {
        var problem = RandomProblem.Create(1);
        using var fast = new FastCoarse(problem, RowPrecision.Float32, 1, Options);
        double[] codebook = [.. problem.Codebook.Select(value => (double)value)];
        double[] bias = [.. problem.ItemBias.Select(value => (double)value)];

        // (1 + n) / (10 + n) reaches the decay of 0.9 at step 80.
        for (var step = 1; step <= 100; step++)
        {
            fast.Trainer.TrainStep(fast.Batch, updateAssignment: step % 30 == 0);
            var share = 1 - Math.Min(Decay, (1.0 + step) / (10 + step));
            Follow(codebook, fast.Codebook(), share);
            Follow(bias, fast.ItemBias(), share);
        }

        NearTwin.Equal(codebook, Tensor(fast, "codebook", optimizer: false), 1e-5, "kept C");
        NearTwin.Equal(bias, Tensor(fast, "item_bias", optimizer: false), 1e-5, "kept biases");
        NearTwin.Equal(bias, fast.Trainer.ItemBias, 1e-5, "biases that rank");
        Assert.Equal(fast.Codebook(), Tensor(fast, "codebook", optimizer: true));
        Assert.Equal(Tensor(fast, "codebook", optimizer: false), Tensor(fast, "codebook.average", optimizer: true));
        Assert.NotEqual(fast.Codebook(), Tensor(fast, "codebook", optimizer: false));
    }

    [Fact]
    public void Rows_that_rank_are_those_of_the_average_and_training_goes_on_with_the_values()
    {
        var problem = RandomProblem.Create(2);
        using var fast = new FastCoarse(problem, RowPrecision.Float32, 1, Options);
        using var undisturbed = new FastCoarse(problem, RowPrecision.Float32, 1, Options);
        for (var step = 0; step < 10; step++)
        {
            fast.Trainer.TrainStep(fast.Batch, updateAssignment: false);
            undisturbed.Trainer.TrainStep(undisturbed.Batch, updateAssignment: false);
            fast.EntityRows();
        }

        Assert.Equal(undisturbed.Codebook(), fast.Codebook());
        using var average = new FastCoarse(problem, RowPrecision.Float32, 1);
        var kept = Tensor(fast, "codebook", optimizer: false);
        for (var k = 0; k < problem.Shape.Coarse; k++)
            kept.AsSpan(k * problem.Shape.Dimension, problem.Shape.Dimension).CopyTo(average.Model.CodebookRow(k));
        Assert.Equal(average.EntityRows().AsSpan().ToArray(), fast.EntityRows().AsSpan().ToArray());
    }

    [Fact]
    public void Without_averaging_the_values_are_kept_and_nothing_else()
    {
        using var fast = new FastCoarse(RandomProblem.Create(3), RowPrecision.Float32, 1, Options with { WeightAveraging = 0 });
        fast.Trainer.TrainStep(fast.Batch, updateAssignment: false);
        Assert.Equal(fast.Codebook(), Tensor(fast, "codebook", optimizer: false));
        Assert.DoesNotContain(fast.Trainer.Tensors(optimizer: true), tensor => tensor.Name.EndsWith(".average", StringComparison.Ordinal));
    }

    private static void Follow(double[] average, float[] values, double share)
    {
        for (var i = 0; i < average.Length; i++)
            average[i] += share * (values[i] - average[i]);
    }

    private static float[] Tensor(FastCoarse fast, string name, bool optimizer)
    {
        using var bytes = new MemoryStream();
        fast.Trainer.Tensors(optimizer).Single(tensor => tensor.Name == name).Write(bytes);
        return MemoryMarshal.Cast<byte, float>(bytes.ToArray()).ToArray();
    }
}
