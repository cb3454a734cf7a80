using System.Globalization;
using MetaEmbed.Inference.Files;

namespace MetaEmbed.Inference.Codes;

/// <summary>
/// Rows as sums of codewords. A stage cuts the d columns into m parts, part j from floor(j d / m) to floor((j + 1) d / m), and has
/// 256 codewords for each; a row is the sum over the stages of its codewords. One part a stage is residual quantisation, one
/// stage of many parts is product quantisation. The parts of each stage stand in the text <c>PREFIX.stages</c>, as in
/// <c>1,1,18</c>, P in all. <c>PREFIX.codes</c> U8 [P, rows], <c>PREFIX.codebooks</c> I8 [stages, 256, d] times
/// <c>PREFIX.codebook_scales</c> F32 [P].
/// </summary>
internal sealed class AdditiveCode : RowCode
{
    public const string Name = "additive";
    public const int Codewords = 256;

    private readonly MappedTensor<byte> _codes;
    private readonly MappedTensor<sbyte> _codebooks;
    private readonly AdditiveParts _parts;
    private readonly float[] _scales;

    public AdditiveCode(Safetensors file, string prefix, int rows, int dimension)
        : base(rows, dimension)
    {
        var stages = Stages(file, prefix, dimension);
        _parts = new AdditiveParts(stages, dimension);
        _codes = new MappedTensor<byte>(file, prefix + ".codes", _parts.Count, rows);
        _codebooks = new MappedTensor<sbyte>(file, prefix + ".codebooks", stages.Length, Codewords, dimension);
        _scales = new MappedTensor<float>(file, prefix + ".codebook_scales", _parts.Count).Span.ToArray();
        var most = new float[stages.Length];
        for (var p = 0; p < _parts.Count; p++)
        {
            if (!float.IsFinite(_scales[p]))
                throw ModelFormat.Damaged(file, $"{prefix}.codebook_scales of part {p} is {_scales[p]}");
            most[_parts.Stage(p)] = Math.Max(most[_parts.Stage(p)], Math.Abs(_scales[p]));
        }

        foreach (var scale in most)
            Largest += -sbyte.MinValue * scale;
    }

    /// <summary>Number of parts, all stages together: bytes of a row.</summary>
    public int PartCount => _parts.Count;

    public override void Decode(int row, Span<float> target)
    {
        target = target[..Dimension];
        target.Clear();
        for (var p = 0; p < _parts.Count; p++)
        {
            var word = Codeword(p, _codes.Span[(int)((long)p * Rows + row)]);
            WholeNumbers.AddScaled(_scales[p], word, target[_parts.From(p).._parts.To(p)]);
        }
    }

    /// <summary>The codes of a part, one a row.</summary>
    public ReadOnlySpan<byte> Codes(int part) => _codes.Slice((long)part * Rows, Rows);

    /// <summary>No number of a row is larger in magnitude: the sum over stages of the largest that a codeword can hold.</summary>
    public float Largest { get; }

    /// <summary>The product of a user's row with a codeword.</summary>
    public float Product(int part, int code, ReadOnlySpan<float> user) =>
        _scales[part] * WholeNumbers.Dot(Codeword(part, code), user[_parts.From(part).._parts.To(part)]);

    /// <summary>Where part j of m begins.</summary>
    public static int Border(int j, int m, int dimension) => (int)((long)j * dimension / m);

    private ReadOnlySpan<sbyte> Codeword(int part, int code) => _codebooks.Slice(
        ((long)_parts.Stage(part) * Codewords + code) * Dimension + _parts.From(part), _parts.To(part) - _parts.From(part));

    private static int[] Stages(Safetensors file, string prefix, int dimension)
    {
        var text = ModelFormat.Text(file, prefix + ".stages") ?? "";
        var words = text.Split(',');
        var stages = new int[Math.Min(words.Length, 64)];
        for (var i = 0; i < words.Length; i++)
        {
            if (i == stages.Length || !int.TryParse(words[i], NumberStyles.None, CultureInfo.InvariantCulture, out stages[i]) || stages[i] < 1 || stages[i] > dimension)
                throw ModelFormat.Damaged(file, $"{prefix}.stages is {SafetensorsHeader.Quote(text)}; allowed are up to 64 numbers of parts from 1 to {dimension}");
        }

        return stages;
    }
}
