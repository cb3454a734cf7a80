using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
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
    private readonly float[] _basis;
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
        var basis = new MappedTensor<sbyte>(file, prefix + ".basis", _scales.Length, dimension);
        _basis = new float[basis.Length];
        for (var i = 0; i < _basis.Length; i++)
            _basis[i] = basis.Span[i];
    }

    /// <remarks>Each number is a chain of multiply-adds from 0, j ascending; 64 of them stay in registers meanwhile.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Decode(int row, Span<float> target)
    {
        target = target[..Dimension];
        var codes = _codes.Slice((long)row * _scales.Length, _scales.Length);
        Span<float> factors = stackalloc float[codes.Length];
        for (var j = 0; j < codes.Length; j++)
            factors[j] = codes[j] * _scales[j];
        ref var basis = ref MemoryMarshal.GetArrayDataReference(_basis);
        var k = 0;
        for (; k + 64 <= target.Length; k += 64)
        {
            Vector256<float> a = default, b = a, c = a, d = a, e = a, f = a, g = a, h = a;
            for (var j = 0; j < factors.Length; j++)
            {
                var factor = Vector256.Create(factors[j]);
                var at = (nuint)(j * Dimension + k);
                a = Vector256.FusedMultiplyAdd(factor, Vector256.LoadUnsafe(ref basis, at), a);
                b = Vector256.FusedMultiplyAdd(factor, Vector256.LoadUnsafe(ref basis, at + 8), b);
                c = Vector256.FusedMultiplyAdd(factor, Vector256.LoadUnsafe(ref basis, at + 16), c);
                d = Vector256.FusedMultiplyAdd(factor, Vector256.LoadUnsafe(ref basis, at + 24), d);
                e = Vector256.FusedMultiplyAdd(factor, Vector256.LoadUnsafe(ref basis, at + 32), e);
                f = Vector256.FusedMultiplyAdd(factor, Vector256.LoadUnsafe(ref basis, at + 40), f);
                g = Vector256.FusedMultiplyAdd(factor, Vector256.LoadUnsafe(ref basis, at + 48), g);
                h = Vector256.FusedMultiplyAdd(factor, Vector256.LoadUnsafe(ref basis, at + 56), h);
            }

            a.CopyTo(target[k..]);
            b.CopyTo(target[(k + 8)..]);
            c.CopyTo(target[(k + 16)..]);
            d.CopyTo(target[(k + 24)..]);
            e.CopyTo(target[(k + 32)..]);
            f.CopyTo(target[(k + 40)..]);
            g.CopyTo(target[(k + 48)..]);
            h.CopyTo(target[(k + 56)..]);
        }

        for (; k < target.Length; k++)
        {
            var sum = 0f;
            for (var j = 0; j < factors.Length; j++)
                sum = MathF.FusedMultiplyAdd(factors[j], _basis[j * Dimension + k], sum);
            target[k] = sum;
        }
    }
}
