using MetaEmbed.Numerics;

namespace MetaEmbed.Models;

/// <summary>
/// A trained array with its gradient and Adam's two moments, each as long, padded with zeros to a multiple of sixteen.
/// </summary>
internal sealed class Parameter : IDisposable
{
    internal Parameter(long length)
    {
        Length = length;
        PaddedLength = (length + 15) / 16 * 16;
        Value = new NativeBuffer<float>(PaddedLength);
        Gradient = new NativeBuffer<float>(PaddedLength);
        FirstMoment = new NativeBuffer<float>(PaddedLength);
        SecondMoment = new NativeBuffer<float>(PaddedLength);
    }

    internal long Length { get; }

    internal long PaddedLength { get; }

    internal NativeBuffer<float> Value { get; }

    internal NativeBuffer<float> Gradient { get; }

    /// <summary>m.</summary>
    internal NativeBuffer<float> FirstMoment { get; }

    /// <summary>v.</summary>
    internal NativeBuffer<float> SecondMoment { get; }

    /// <summary>Moving average of the values, which is what counts where there is one; else null.</summary>
    internal NativeBuffer<float>? Average { get; private set; }

    /// <summary>Begins an average at the values of now.</summary>
    internal void StartAverage()
    {
        Average ??= new NativeBuffer<float>(PaddedLength);
        Value.Span.CopyTo(Average.Span);
    }

    /// <summary>Moves the average, if there is one, towards the values: a += (1 - decay) (p - a), faster in the first steps.</summary>
    /// <param name="decay">Of a step; it counts as at most (1 + n) / (10 + n) at step n.</param>
    /// <param name="step">n, from 1.</param>
    internal void Follow(double decay, long step)
    {
        if (Average is null)
            return;
        var share = (float)(1 - Math.Min(decay, (1.0 + step) / (10 + step)));
        var values = Value.Span;
        var average = Average.Span;
        for (var i = 0; i < values.Length; i++)
            average[i] = MathF.FusedMultiplyAdd(share, values[i] - average[i], average[i]);
    }

    /// <summary>Exchanges values and average, where there is one.</summary>
    internal void ExchangeAverage()
    {
        if (Average is null)
            return;
        var values = Value.Span;
        var average = Average.Span;
        for (var i = 0; i < values.Length; i++)
            (values[i], average[i]) = (average[i], values[i]);
    }

    public void Dispose()
    {
        Average?.Dispose();
        Value.Dispose();
        Gradient.Dispose();
        FirstMoment.Dispose();
        SecondMoment.Dispose();
    }
}
