using MetaEmbed.Inference.Codes;
using MetaEmbed.Numerics;

namespace MetaEmbed.Export.Compression;

/// <summary>Rows of 8-bit whole numbers with a scale a row: d + 2 bytes.</summary>
internal sealed class Int8Rows : IItemCompressor
{
    public string Name => Int8Code.Name;

    public long BytesFor(int items, int dimension) => items * (dimension + 2L);

    public CompressedRows Compress(CompressionInput input, Workers workers)
    {
        var rows = input.Rows;
        var codes = new sbyte[rows.Rows * rows.Columns];
        var scales = new Half[rows.Rows];
        for (var row = 0; row < rows.Rows; row++)
        {
            var source = rows.Row(row);
            scales[row] = RowScale.Of(source, sbyte.MaxValue);
            for (var k = 0; k < source.Length; k++)
                codes[row * rows.Columns + k] = (sbyte)RowScale.Round(source[k], scales[row], sbyte.MaxValue);
        }

        return new CompressedRows(Name, CodeTensor.Of("codes", codes, rows.Rows, rows.Columns), CodeTensor.Of("scales", scales, rows.Rows));
    }
}

/// <summary>Rows as they are: 4 d bytes.</summary>
internal sealed class Float32Rows : IItemCompressor
{
    public string Name => Float32Code.Name;

    public long BytesFor(int items, int dimension) => items * 4L * dimension;

    public CompressedRows Compress(CompressionInput input, Workers workers) =>
        new(Name, CodeTensor.Of("rows", input.Rows.AsSpan().ToArray(), input.Rows.Rows, input.Rows.Columns));
}

/// <summary>Rows of 16-bit floats: 2 d bytes.</summary>
internal sealed class Float16Rows : IItemCompressor
{
    public string Name => Float16Code.Name;

    public long BytesFor(int items, int dimension) => items * 2L * dimension;

    public CompressedRows Compress(CompressionInput input, Workers workers)
    {
        var rows = input.Rows;
        var values = new Half[rows.Rows * rows.Columns];
        for (var row = 0; row < rows.Rows; row++)
        {
            var source = rows.Row(row);
            for (var k = 0; k < source.Length; k++)
                values[row * rows.Columns + k] = (Half)Math.Clamp(source[k], (float)Half.MinValue, (float)Half.MaxValue);
        }

        return new CompressedRows(Name, CodeTensor.Of("rows", values, rows.Rows, rows.Columns));
    }
}

/// <summary>A scale for the whole numbers of a row, itself in 16 bits.</summary>
internal static class RowScale
{
    /// <summary>The scale at which the largest magnitude becomes the largest whole number; 0 for a zero row.</summary>
    public static Half Of(ReadOnlySpan<float> row, int most)
    {
        var largest = 0f;
        foreach (var value in row)
            largest = Math.Max(largest, Math.Abs(value));
        return (Half)Math.Min(largest / most, (float)Half.MaxValue);
    }

    /// <summary>The nearest whole number of a value, from -most to most.</summary>
    public static int Round(float value, Half scale, int most)
    {
        var unit = (float)scale;
        return unit == 0 ? 0 : (int)Math.Clamp(MathF.Round(value / unit), -most, most);
    }
}
