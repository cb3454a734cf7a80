using MetaEmbed.Numerics;

namespace MetaEmbed.Tests.Numerics;

public class LassoSolverTests
{
    [Fact]
    public void With_an_orthogonal_gram_matrix_it_is_the_soft_threshold()
    {
        double[] gram = [1, 0, 0, 0, 4, 0, 0, 0, 1];
        double[] weights = [0, 0, 5];
        new LassoSolver(3).Solve(gram, [3, -6, 0.5], 1, weights);
        Close.Equal([2, -1.25, 0], weights, 1e-14);
    }

    [Theory]
    [InlineData(40, 20, 0.3)]
    [InlineData(40, 20, 5.0)]
    [InlineData(15, 40, 0.5)] // more atoms than their rank
    [InlineData(1, 6, 0.1)]
    public void The_conditions_of_the_optimum_hold_from_any_start(int length, int atoms, double alpha)
    {
        var solver = new LassoSolver(atoms);
        for (ulong seed = 0; seed < 40; seed++)
        {
            var stream = new RandomStream(seed, RandomPurpose.Test);
            var dictionary = Normal(atoms * length, ref stream);
            if (atoms > 5)
                dictionary.AsSpan(0, length).CopyTo(dictionary.AsSpan(3 * length)); // twins
            var gram = Gram(dictionary, atoms, length);
            var sample = Normal(length, ref stream);
            var correlations = new double[atoms];
            for (var k = 0; k < atoms; k++)
                correlations[k] = DoubleVectors.Dot(sample, dictionary.AsSpan(k * length, length));

            var cold = new double[atoms];
            solver.Solve(gram, correlations, alpha, cold);
            CheckOptimum(gram, correlations, alpha, cold);
            var warm = Normal(atoms, ref stream);
            solver.Solve(gram, correlations, alpha, warm);
            CheckOptimum(gram, correlations, alpha, warm);
            Assert.Equal(Objective(gram, correlations, alpha, cold), Objective(gram, correlations, alpha, warm), 1e-9);
        }
    }

    [Fact]
    public void A_large_alpha_gives_exact_zeros()
    {
        double[] weights = [1, -1];
        new LassoSolver(2).Solve([2, 1, 1, 2], [1, -1], 1.5, weights);
        Assert.Equal([0, 0], weights);
    }

    private static void CheckOptimum(double[] gram, double[] correlations, double alpha, double[] weights)
    {
        var n = weights.Length;
        for (var i = 0; i < n; i++)
        {
            var gradient = correlations[i] - DoubleVectors.Dot(gram.AsSpan(i * n, n), weights);
            if (weights[i] == 0)
                Assert.True(Math.Abs(gradient) <= alpha * (1 + 1e-8), $"weight {i} is zero with gradient {gradient}");
            else
                Assert.Equal(Math.Sign(weights[i]) * alpha, gradient, 1e-8 * alpha);
        }
    }

    private static double Objective(double[] gram, double[] correlations, double alpha, double[] weights)
    {
        var n = weights.Length;
        var sum = 0.0;
        for (var i = 0; i < n; i++)
            sum += weights[i] * (0.5 * DoubleVectors.Dot(gram.AsSpan(i * n, n), weights) - correlations[i]) + alpha * Math.Abs(weights[i]);
        return sum;
    }

    private static double[] Gram(double[] rows, int count, int length)
    {
        var result = new double[count * count];
        for (var i = 0; i < result.Length; i++)
            result[i] = DoubleVectors.Dot(rows.AsSpan(i / count * length, length), rows.AsSpan(i % count * length, length));
        return result;
    }

    private static double[] Normal(int count, ref RandomStream stream)
    {
        var result = new double[count];
        foreach (ref var x in result.AsSpan())
            x = NormalDistribution.Next(ref stream);
        return result;
    }
}
