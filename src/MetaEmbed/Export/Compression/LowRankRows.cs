using MetaEmbed.Inference;
using MetaEmbed.Inference.Codes;
using MetaEmbed.Numerics;

namespace MetaEmbed.Export.Compression;

/// <summary>
/// Rows projected on the r main directions of all rows, each row weighted by how often it was met (the largest eigenvectors of
/// X^T W X, not centred), with 8 bits a coefficient and 8 bits a number of the basis: r bytes a row.
/// </summary>
/// <param name="rank">r.</param>
internal sealed class LowRankRows(int rank) : IItemCompressor
{
    public string Name => $"low-rank-{rank}";

    public long BytesFor(int items, int dimension) => (long)items * rank + rank * (dimension + 4L);

    public CompressedRows Compress(CompressionInput input, Workers workers)
    {
        var rows = input.Rows;
        var dimension = rows.Columns;
        if (rank > dimension)
            throw new UserMistakeException($"item code '{Name}' has a larger rank than the dimension {dimension}", "choose a smaller one");
        var (basis, basisScales, whole) = Basis(input);
        var coefficients = new double[rows.Rows * rank];
        var most = new double[rank];
        for (var row = 0; row < rows.Rows; row++)
        {
            var source = Array.ConvertAll(rows.Row(row).ToArray(), value => (double)value);
            for (var j = 0; j < rank; j++)
            {
                var product = DoubleVectors.Dot(source, basis.AsSpan(j * dimension, dimension));
                coefficients[row * rank + j] = product;
                most[j] = Math.Max(most[j], Math.Abs(product));
            }
        }

        var codes = new sbyte[coefficients.Length];
        for (var i = 0; i < codes.Length; i++)
        {
            var scale = most[i % rank] / sbyte.MaxValue;
            codes[i] = scale == 0 ? (sbyte)0 : (sbyte)Math.Clamp(Math.Round(coefficients[i] / scale), -sbyte.MaxValue, sbyte.MaxValue);
        }

        var scales = new float[rank];
        for (var j = 0; j < rank; j++)
            scales[j] = (float)(most[j] / sbyte.MaxValue * basisScales[j]);
        return new CompressedRows(
            LowRankCode.Name,
            CodeTensor.Of("codes", codes, rows.Rows, rank),
            CodeTensor.Of("basis", whole, rank, dimension),
            CodeTensor.Of("basis_scales", scales, rank));
    }

    private (double[] Basis, double[] Scales, sbyte[] Whole) Basis(CompressionInput input)
    {
        var dimension = input.Rows.Columns;
        var gram = new double[dimension * dimension];
        for (var row = 0; row < input.Rows.Rows; row++)
        {
            var source = Array.ConvertAll(input.Rows.Row(row).ToArray(), value => (double)value);
            for (var k = 0; k < dimension; k++)
                DoubleVectors.AddScaled(input.Weights[row] * source[k], source, gram.AsSpan(k * dimension, dimension));
        }

        var basis = SingularValueDecomposition.Compute(gram, dimension, dimension).ShortVectors(rank);
        var scales = new double[rank];
        var whole = new sbyte[basis.Length];
        for (var j = 0; j < rank; j++)
        {
            var direction = basis.AsSpan(j * dimension, dimension);
            foreach (var value in direction)
                scales[j] = Math.Max(scales[j], Math.Abs(value) / sbyte.MaxValue);
            for (var k = 0; k < dimension && scales[j] > 0; k++)
                whole[j * dimension + k] = (sbyte)Math.Clamp(Math.Round(direction[k] / scales[j]), -sbyte.MaxValue, sbyte.MaxValue);
        }

        return (basis, scales, whole);
    }
}
