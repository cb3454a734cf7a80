using MetaEmbed.Inference.Files;

namespace MetaEmbed.Inference.Codes;

/// <summary>A number for each item in one byte: <c>NAME.codes</c> U8 [items] point into <c>NAME.values</c> F32 [256].</summary>
internal static class ByteValues
{
    /// <summary>Values of a table.</summary>
    public const int Count = 256;

    /// <summary>
    /// The numbers of all items, from <c>NAME</c> F32 [items] or from bytes; null where the file has neither.
    /// </summary>
    /// <param name="file">The open file.</param>
    /// <param name="name">Name of the tensor, or start of the names of both.</param>
    /// <param name="items">Number of items.</param>
    /// <exception cref="UserMistakeException">A tensor does not fit, or a number is not finite.</exception>
    public static float[]? Read(Safetensors file, string name, int items)
    {
        float[] values;
        if (file.TryFind(name, out _))
        {
            values = new MappedTensor<float>(file, name, items).Span.ToArray();
        }
        else if (file.TryFind(name + ".codes", out _))
        {
            var codes = new MappedTensor<byte>(file, name + ".codes", items).Span;
            var table = new MappedTensor<float>(file, name + ".values", Count).Span;
            values = new float[items];
            for (var i = 0; i < values.Length; i++)
                values[i] = table[codes[i]];
        }
        else
        {
            return null;
        }

        for (var i = 0; i < values.Length; i++)
        {
            if (!float.IsFinite(values[i]))
                throw ModelFormat.Damaged(file, $"{name} of item {i} is {values[i]}");
        }

        return values;
    }
}
