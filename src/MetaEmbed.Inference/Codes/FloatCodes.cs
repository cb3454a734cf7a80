using MetaEmbed.Inference.Files;

namespace MetaEmbed.Inference.Codes;

/// <summary>Rows as 32-bit floats: <c>PREFIX.rows</c> F32 [rows, d].</summary>
internal sealed class Float32Code(Safetensors file, string prefix, int rows, int dimension) : RowCode(rows, dimension)
{
    public const string Name = "float32";

    private readonly MappedTensor<float> _rows = new(file, prefix + ".rows", rows, dimension);

    public override unsafe float* Floats => _rows.Pointer;

    public override void Decode(int row, Span<float> target) => _rows.Slice((long)row * Dimension, Dimension).CopyTo(target);
}

/// <summary>Rows as 16-bit floats: <c>PREFIX.rows</c> F16 [rows, d].</summary>
internal sealed class Float16Code(Safetensors file, string prefix, int rows, int dimension) : RowCode(rows, dimension)
{
    public const string Name = "float16";

    private readonly MappedTensor<Half> _rows = new(file, prefix + ".rows", rows, dimension);

    public override void Decode(int row, Span<float> target) => HalfFloats.Widen(_rows.Slice((long)row * Dimension, Dimension), target);
}
