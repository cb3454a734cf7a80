using MetaEmbed.Inference.Files;

namespace MetaEmbed.Inference.Codes;

/// <summary>Compressed rows of a model file, d floats each when decoded.</summary>
internal abstract class RowCode
{
    protected RowCode(int rows, int dimension)
    {
        Rows = rows;
        Dimension = dimension;
    }

    /// <summary>Number of rows.</summary>
    public int Rows { get; }

    /// <summary>d.</summary>
    public int Dimension { get; }

    /// <summary>All rows as floats, row after row, where they lie in memory so; else null.</summary>
    public virtual unsafe float* Floats => null;

    /// <summary>Decodes one row. Allocates nothing; any number of threads.</summary>
    /// <param name="row">Its index.</param>
    /// <param name="target">Gets d floats.</param>
    public abstract void Decode(int row, Span<float> target);

    /// <summary>Opens the rows of a file whose tensors start with a prefix; every shape is checked.</summary>
    /// <param name="file">The open file.</param>
    /// <param name="prefix"><c>items</c> or <c>users</c>.</param>
    /// <param name="rows">Rows that must be there.</param>
    /// <param name="dimension">d.</param>
    /// <exception cref="UserMistakeException">The code is unknown, or a tensor is missing or does not fit.</exception>
    public static RowCode Open(Safetensors file, string prefix, int rows, int dimension)
    {
        var code = ModelFormat.Text(file, prefix + ".code");
        return code switch
        {
            Float32Code.Name => new Float32Code(file, prefix, rows, dimension),
            Float16Code.Name => new Float16Code(file, prefix, rows, dimension),
            Int8Code.Name => new Int8Code(file, prefix, rows, dimension),
            Int4Code.Name => new Int4Code(file, prefix, rows, dimension),
            AdditiveCode.Name => new AdditiveCode(file, prefix, rows, dimension),
            SparseCode.Name => new SparseCode(file, prefix, rows, dimension),
            LowRankCode.Name => new LowRankCode(file, prefix, rows, dimension),
            _ => throw ModelFormat.Damaged(file, $"{prefix}.code is {SafetensorsHeader.Quote(code ?? "")}, which this program does not know"),
        };
    }
}
