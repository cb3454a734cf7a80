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
    private readonly Part[] _parts;

    public AdditiveCode(Safetensors file, string prefix, int rows, int dimension)
        : base(rows, dimension)
    {
        var stages = Stages(file, prefix, dimension);
        var parts = stages.Sum();
        _codes = new MappedTensor<byte>(file, prefix + ".codes", parts, rows);
        _codebooks = new MappedTensor<sbyte>(file, prefix + ".codebooks", stages.Length, Codewords, dimension);
        var scales = new MappedTensor<float>(file, prefix + ".codebook_scales", parts).Span;
        _parts = new Part[parts];
        var at = 0;
        for (var stage = 0; stage < stages.Length; stage++)
        {
            var most = 0f;
            for (var j = 0; j < stages[stage]; j++, at++)
            {
                _parts[at] = new Part(stage, Border(j, stages[stage], dimension), Border(j + 1, stages[stage], dimension), scales[at]);
                if (!float.IsFinite(scales[at]))
                    throw ModelFormat.Damaged(file, $"{prefix}.codebook_scales of part {at} is {scales[at]}");
                most = Math.Max(most, Math.Abs(scales[at]));
            }

            Largest += -sbyte.MinValue * most;
        }
    }

    /// <summary>Number of parts, all stages together: bytes of a row.</summary>
    public int PartCount => _parts.Length;

    public override void Decode(int row, Span<float> target)
    {
        target = target[..Dimension];
        target.Clear();
        for (var p = 0; p < _parts.Length; p++)
        {
            var part = _parts[p];
            var word = Codeword(p, _codes.Span[(int)((long)p * Rows + row)]);
            WholeNumbers.AddScaled(part.Scale, word, target[part.From..part.To]);
        }
    }

    /// <summary>The codes of a part, one a row.</summary>
    public ReadOnlySpan<byte> Codes(int part) => _codes.Slice((long)part * Rows, Rows);

    /// <summary>No number of a row is larger in magnitude: the sum over stages of the largest that a codeword can hold.</summary>
    public float Largest { get; }

    /// <summary>The product of a user's row with a codeword.</summary>
    public float Product(int part, int code, ReadOnlySpan<float> user) =>
        _parts[part].Scale * WholeNumbers.Dot(Codeword(part, code), user[_parts[part].From.._parts[part].To]);

    /// <summary>Where part j of m begins.</summary>
    public static int Border(int j, int m, int dimension) => (int)((long)j * dimension / m);

    private ReadOnlySpan<sbyte> Codeword(int part, int code)
    {
        var p = _parts[part];
        return _codebooks.Slice(((long)p.Stage * Codewords + code) * Dimension + p.From, p.To - p.From);
    }

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

    private readonly record struct Part(int Stage, int From, int To, float Scale);
}
