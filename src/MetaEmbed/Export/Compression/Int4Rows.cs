using MetaEmbed.Inference.Codes;
using MetaEmbed.Numerics;

namespace MetaEmbed.Export.Compression;

/// <summary>Rows of 4-bit whole numbers from -7 to 7 with a scale a row: d / 2 + 2 bytes.</summary>
internal sealed class Int4Rows : IItemCompressor
{
    private const int Most = 7;

    public string Name => Int4Code.Name;

    public long BytesFor(int items, int dimension) => items * ((dimension + 1) / 2 + 2L);

    public CompressedRows Compress(CompressionInput input, Workers workers)
    {
        var rows = input.Rows;
        var width = (rows.Columns + 1) / 2;
        var codes = new byte[rows.Rows * width];
        var scales = new Half[rows.Rows];
        for (var row = 0; row < rows.Rows; row++)
        {
            var source = rows.Row(row);
            scales[row] = RowScale.Of(source, Most);
            for (var k = 0; k < source.Length; k++)
                codes[row * width + k / 2] |= (byte)(RowScale.Round(source[k], scales[row], Most) + 8 << 4 * (k & 1));
        }

        return new CompressedRows(Name, CodeTensor.Of("codes", codes, rows.Rows, width), CodeTensor.Of("scales", scales, rows.Rows));
    }
}
