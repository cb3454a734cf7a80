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

    public void Dispose()
    {
        Value.Dispose();
        Gradient.Dispose();
        FirstMoment.Dispose();
        SecondMoment.Dispose();
    }
}
