using MetaEmbed.Reference;

namespace MetaEmbed.Tests.Reference;

public sealed class AdamTests
{
    [Fact]
    public void The_first_step_is_the_learning_rate_against_the_sign_of_the_gradient()
    {
        double[] parameters = [1, 1, 1];
        new Adam(3, 0.1).Step(parameters, [5, -1e-3, 0]);
        Assert.Equal(0.9, parameters[0], 1e-9);
        Assert.Equal(1.1, parameters[1], 1e-5);
        Assert.Equal(1, parameters[2]);
    }

    [Fact]
    public void A_parameter_goes_on_moving_without_a_gradient()
    {
        // After a gradient of 1 and one of 0: mean 0.09 / 0.19, square 0.000999 / 0.001999.
        double[] parameters = [0];
        var adam = new Adam(1, 0.1);
        adam.Step(parameters, [1]);
        var first = parameters[0];
        adam.Step(parameters, [0]);
        Assert.Equal(-0.1 * (0.09 / 0.19) / Math.Sqrt(0.000999 / 0.001999), parameters[0] - first, 1e-9);
    }

    [Fact]
    public void Weight_decay_is_added_to_the_gradient()
    {
        double[] decayed = [2], plain = [2];
        var (withDecay, without) = (new Adam(1, 0.1, weightDecay: 0.5), new Adam(1, 0.1));
        for (var step = 0; step < 3; step++)
        {
            without.Step(plain, [0.1 * step + 0.5 * plain[0]]);
            withDecay.Step(decayed, [0.1 * step]);
        }

        Assert.Equal(plain, decayed);
    }

    [Fact]
    public void Clipping_bounds_each_element_and_zero_means_none()
    {
        double[] gradient = [-5, -3, 0.5, 3, 5];
        Adam.Clip(gradient, 0);
        Assert.Equal([-5, -3, 0.5, 3, 5], gradient);
        Adam.Clip(gradient, 3);
        Assert.Equal([-3, -3, 0.5, 3, 3], gradient);
    }
}
