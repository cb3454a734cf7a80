using MetaEmbed.Numerics;

namespace MetaEmbed.Tests.Numerics;

public class DenseAlgebraWidthTests
{
    [Fact]
    public void Decompositions_have_the_same_bits_at_every_width() => WidthRunner.AssertSameBits<Probe>();

    private sealed class Probe : IWidthProbe
    {
        public void Run(WidthHash results)
        {
            foreach (var (rows, columns) in ((int, int)[])[(61, 27), (27, 61), (20, 20)])
            {
                var stream = new RandomStream(1, RandomPurpose.Test);
                var x = new double[rows * columns];
                foreach (ref var value in x.AsSpan())
                    value = NormalDistribution.Next(ref stream);
                results.Append(PseudoInverse.Compute(x, rows, columns, out var values));
                results.Append(values);
                var pca = SparsePca.Fit(x, rows, columns, new SparsePcaOptions { Components = 23, Alpha = 0.3 }, 1);
                results.Append(pca.Errors);
                results.Append(pca.Components);
                results.Append(pca.Transform(x, rows));
                ElementaryDouble.Softmax(x);
                results.Append(x);
            }
        }
    }
}
