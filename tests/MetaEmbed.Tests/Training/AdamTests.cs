using MetaEmbed.Models;
using MetaEmbed.Numerics;
using MetaEmbed.Tests.Conformance;
using MetaEmbed.Training;

namespace MetaEmbed.Tests.Training;

public sealed class AdamTests
{
    private const double Rate = 0.01;
    private static readonly Workers Threads = new(2);

    [Theory]
    [InlineData(1, 0, 0)]
    [InlineData(33, 3, 0)]
    [InlineData(100, 0.1, 0.02)]
    [InlineData(16, 0, 5)]
    [InlineData(70_000, 3, 0.1)]
    public void Forty_steps_are_those_of_the_twin(int length, double clip, double decay)
    {
        using var parameter = Start(length);
        var adam = new Adam(Threads);
        var twin = new MetaEmbed.Reference.Adam(length, Rate, decay);
        var expected = parameter.Value.Span[..length].ToArray().Select(value => (double)value).ToArray();
        for (var step = 0; step < 40; step++)
        {
            SetGradient(parameter, length, step);
            var gradient = parameter.Gradient.Span[..length].ToArray().Select(value => (double)value).ToArray();
            MetaEmbed.Reference.Adam.Clip(gradient, clip);
            twin.Step(expected, gradient);
            adam.Advance();
            adam.Update(parameter, Rate, clip, decay);
        }

        Assert.Equal(40, adam.Steps);
        NearTwin.Equal(expected, parameter.Value.Span[..length], 3e-6, "parameters");
        Assert.All(parameter.Value.Span[length..].ToArray(), value => Assert.Equal(0f, value));
    }

    [Fact]
    public void An_element_without_gradient_goes_on_moving()
    {
        using var parameter = new Parameter(2);
        var adam = new Adam(Threads);
        parameter.Gradient.Span[0] = 1;
        adam.Advance();
        adam.Update(parameter, Rate, 0, 0);
        Assert.Equal(-Rate, parameter.Value.Span[0], 1e-7);
        Assert.Equal(0f, parameter.Value.Span[1]);
        var before = parameter.Value.Span[0];
        parameter.Gradient.Clear();
        adam.Advance();
        adam.Update(parameter, Rate, 0, 0);
        Assert.True(parameter.Value.Span[0] < before);
    }

    [Fact]
    public void Restored_it_goes_on_to_the_same_bits()
    {
        using var whole = Start(50);
        using var halves = Start(50);
        Run(new Adam(Threads), whole, 0, 2000);
        var first = new Adam(Threads);
        Run(first, halves, 0, 1300);
        var second = new Adam(Threads);
        second.Restore(first.Steps);
        Assert.Equal(1300, second.Steps);
        Run(second, halves, 1300, 2000);
        Assert.Equal(whole.Value.Span.ToArray(), halves.Value.Span.ToArray());
        Assert.Equal(whole.SecondMoment.Span.ToArray(), halves.SecondMoment.Span.ToArray());
    }

    [Fact]
    public void Steps_have_the_same_bits_at_every_vector_width() => WidthRunner.AssertSameBits<Probe>();

    private static void Run(Adam adam, Parameter parameter, int from, int to)
    {
        for (var step = from; step < to; step++)
        {
            SetGradient(parameter, 50, step);
            adam.Advance();
            adam.Update(parameter, Rate, 0.7, 0.01);
        }
    }

    private static Parameter Start(int length)
    {
        var parameter = new Parameter(length);
        using var values = Rows.Random(1, length, 1);
        values.Row(0).CopyTo(parameter.Value.Span);
        return parameter;
    }

    private static void SetGradient(Parameter parameter, int length, int step)
    {
        using var values = Rows.Random(1, length, (ulong)step + 2);
        values.Row(0).CopyTo(parameter.Gradient.Span);
    }

    private sealed class Probe : IWidthProbe
    {
        public void Run(WidthHash results)
        {
            using var parameter = Start(50);
            AdamTests.Run(new Adam(Threads), parameter, 0, 30);
            results.Append((ReadOnlySpan<float>)parameter.Value.Span);
            results.Append((ReadOnlySpan<float>)parameter.FirstMoment.Span);
            results.Append((ReadOnlySpan<float>)parameter.SecondMoment.Span);
        }
    }
}
