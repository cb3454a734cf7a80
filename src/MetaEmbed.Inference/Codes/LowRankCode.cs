using MetaEmbed.Inference.Files;

namespace MetaEmbed.Inference.Codes;

/// <summary>
/// Rows as r numbers over a basis: <c>PREFIX.codes</c> I8 [rows, r], <c>PREFIX.basis</c> I8 [r, d] times
/// <c>PREFIX.basis_scales</c> F32 [r], which hold the scale of both.
/// </summary>
internal sealed class LowRankCode : RowCode
{
    public const string Name = "low-rank";

    private readonly MappedTensor<sbyte> _codes;
    private readonly MappedTensor<sbyte> _basis;
    private readonly float[] _scales;

    public LowRankCode(Safetensors file, string prefix, int rows, int dimension)
        : base(rows, dimension)
    {
        _scales = new MappedTensor<float>(file, prefix + ".basis_scales", -1).Span.ToArray();
        if (_scales.Length > dimension)
            throw ModelFormat.Damaged(file, $"{prefix}.basis_scales has {_scales.Length} numbers; allowed are up to {dimension}");
        foreach (var scale in _scales)
        {
            if (!float.IsFinite(scale))
                throw ModelFormat.Damaged(file, $"{prefix}.basis_scales holds {scale}");
        }

        _codes = new MappedTensor<sbyte>(file, prefix + ".codes", rows, _scales.Length);
        _basis = new MappedTensor<sbyte>(file, prefix + ".basis", _scales.Length, dimension);
    }

    public override void Decode(int row, Span<float> target)
    {
        target = target[..Dimension];
        target.Clear();
        var codes = _codes.Slice((long)row * _scales.Length, _scales.Length);
        for (var j = 0; j < codes.Length; j++)
        {
            var factor = codes[j] * _scales[j];
            var basis = _basis.Slice((long)j * Dimension, Dimension);
            WholeNumbers.AddScaled(factor, basis, target);
        }
    }
}
