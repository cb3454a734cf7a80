namespace MetaEmbed.Inference.Codes;

/// <summary>The parts of an <see cref="AdditiveCode"/>, stage after stage, and the columns of each.</summary>
internal sealed class AdditiveParts
{
    private readonly (int Stage, int From, int To)[] _parts;

    /// <param name="stages">Parts of each stage.</param>
    /// <param name="dimension">d.</param>
    public AdditiveParts(int[] stages, int dimension)
    {
        Stages = stages.Length;
        _parts = [.. stages.SelectMany((parts, stage) => Enumerable.Range(0, parts).Select(
            j => (stage, AdditiveCode.Border(j, parts, dimension), AdditiveCode.Border(j + 1, parts, dimension))))];
    }

    /// <summary>P, all stages together: bytes of a row.</summary>
    public int Count => _parts.Length;

    public int Stages { get; }

    public int Stage(int part) => _parts[part].Stage;

    /// <summary>First column.</summary>
    public int From(int part) => _parts[part].From;

    /// <summary>Column behind the last one.</summary>
    public int To(int part) => _parts[part].To;
}
