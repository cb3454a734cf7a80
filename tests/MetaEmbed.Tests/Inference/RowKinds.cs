using MetaEmbed.Numerics;

namespace MetaEmbed.Tests.Inference;

/// <summary>Rows and biases of all kinds, on which pruning is tried.</summary>
internal static class RowKinds
{
    public delegate float Element(ref RandomStream stream, int row, int column);

    /// <summary>Kinds of rows; a problem draws one for its users and one for its items.</summary>
    public static readonly (string Name, Element Of)[] All =
    [
        ("normal", (ref stream, _, _) => Normal(ref stream)),
        ("zero", (ref _, _, _) => 0),
        ("some zero", (ref stream, row, _) => row % 3 == 0 ? 0 : Normal(ref stream)),
        ("equal rows", (ref _, _, column) => column % 5 - 2),
        ("few values", (ref stream, _, _) => stream.NextInt32(3) - 1),
        ("one large element", (ref stream, row, column) => column == row % 7 ? 1000 : Normal(ref stream)),
        ("negative", (ref stream, _, _) => -MathF.Abs(Normal(ref stream))),
        ("huge", (ref stream, _, _) => Normal(ref stream) * 1e14f),
        ("beyond what is quantised", (ref stream, row, _) => Normal(ref stream) * (row % 2 == 0 ? 1e17f : 1)),
        ("tiny", (ref stream, _, _) => Normal(ref stream) * 1e-14f),
        ("below the smallest normal number", (ref stream, row, _) => Normal(ref stream) * (row % 2 == 0 ? 1e-40f : 1e-19f)),
        ("every size", (ref stream, row, _) => Normal(ref stream) * MathF.Pow(10, row % 21 - 10)),
        ("nearly parallel", (ref stream, _, column) => column % 11 - 5 + Normal(ref stream) * 1e-6f),
    ];

    public static Matrix Make(Element element, int rows, int columns, ref RandomStream stream)
    {
        var matrix = new Matrix(rows, columns);
        for (var row = 0; row < rows; row++)
            for (var column = 0; column < columns; column++)
                matrix[row, column] = element(ref stream, row, column);
        return matrix;
    }

    public static float[] Bias(int kind, int items, ref RandomStream stream)
    {
        var bias = new float[kind == 0 ? 0 : items];
        foreach (ref var value in bias.AsSpan())
            value = kind switch { 1 => 0, 2 => Normal(ref stream), _ => 1e6f * (stream.NextInt32(3) - 1) };
        return bias;
    }

    public static float Normal(ref RandomStream stream) => (float)NormalDistribution.Next(ref stream);
}
