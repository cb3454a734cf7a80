using System.Numerics;
using System.Runtime.CompilerServices;
using MetaEmbed.Inference.Files;

namespace MetaEmbed.Inference.Codes;

/// <summary>
/// Rows as t-sparse sums over a dictionary of c rows. <c>PREFIX.picks</c> U8 [rows, ceil(t bits / 8)]: t numbers below c of
/// bits = ceil(log2 c) bits each, the lowest bits first; <c>PREFIX.coefficients</c> I8 [rows, t] times
/// <c>PREFIX.coefficient_scales</c> F32 [t]; <c>PREFIX.dictionary</c> I8 [c, d] times <c>PREFIX.dictionary_scales</c> F32 [c].
/// </summary>
internal sealed class SparseCode : RowCode
{
    public const string Name = "sparse";

    private readonly Safetensors _file;
    private readonly string _prefix;
    private readonly MappedTensor<byte> _picks;
    private readonly MappedTensor<sbyte> _coefficients;
    private readonly MappedTensor<sbyte> _dictionary;
    private readonly float[] _coefficientScales;
    private readonly float[] _dictionaryScales;
    private readonly int _bits;
    private readonly int _width;

    public SparseCode(Safetensors file, string prefix, int rows, int dimension)
        : base(rows, dimension)
    {
        _file = file;
        _prefix = prefix;
        _coefficientScales = Scales(file, prefix + ".coefficient_scales");
        _dictionaryScales = Scales(file, prefix + ".dictionary_scales");
        _bits = Bits(_dictionaryScales.Length);
        _width = Width(_coefficientScales.Length, _bits);
        _coefficients = new MappedTensor<sbyte>(file, prefix + ".coefficients", rows, _coefficientScales.Length);
        _dictionary = new MappedTensor<sbyte>(file, prefix + ".dictionary", _dictionaryScales.Length, dimension);
        _picks = new MappedTensor<byte>(file, prefix + ".picks", rows, _width);
    }

    /// <summary>Bits of a number below a count.</summary>
    public static int Bits(int count) => Math.Max(1, 32 - BitOperations.LeadingZeroCount((uint)(count - 1)));

    /// <summary>Bytes of the picks of a row.</summary>
    public static int Width(int picks, int bits) => (picks * bits + 7) / 8;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Decode(int row, Span<float> target)
    {
        target = target[..Dimension];
        target.Clear();
        var picks = _picks.Slice((long)row * _width, _width);
        var coefficients = _coefficients.Slice((long)row * _coefficientScales.Length, _coefficientScales.Length);
        for (var i = 0; i < coefficients.Length; i++)
        {
            var pick = 0;
            for (var bit = 0; bit < _bits; bit++)
            {
                var at = i * _bits + bit;
                pick |= (picks[at >> 3] >> (at & 7) & 1) << bit;
            }

            if (pick >= _dictionaryScales.Length)
                throw ModelFormat.Damaged(_file, $"{_prefix}.picks of row {row} names entry {pick} of a dictionary of {_dictionaryScales.Length}");
            var atom = _dictionary.Slice((long)pick * Dimension, Dimension);
            var factor = coefficients[i] * _coefficientScales[i] * _dictionaryScales[pick];
            WholeNumbers.AddScaled(factor, atom, target);
        }
    }

    private static float[] Scales(Safetensors file, string tensor)
    {
        var scales = new MappedTensor<float>(file, tensor, -1).Span.ToArray();
        if (scales.Length is < 1 or > 65536)
            throw ModelFormat.Damaged(file, $"tensor '{tensor}' has {scales.Length} numbers; allowed are 1 to 65536");
        foreach (var scale in scales)
        {
            if (!float.IsFinite(scale))
                throw ModelFormat.Damaged(file, $"tensor '{tensor}' holds {scale}");
        }

        return scales;
    }
}
