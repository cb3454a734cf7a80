using System.Globalization;
using MetaEmbed.Inference.Codes;
using MetaEmbed.Inference.Files;

namespace MetaEmbed.Inference.Exact;

/// <summary>
/// The parameters of an <c>exact</c> file: <c>exact.codebook</c> C F32 [c, d]; <c>exact.picks</c> U16 [N, t] and
/// <c>exact.weights</c> F32 [N, t], the assignment S of users, then items; with a fine stage <c>exact.fine_codebook</c> F F32
/// [f, d], <c>exact.fine_picks</c> U16 [c, t_f], <c>exact.fine_weights</c> F32 [c, t_f]. Texts: <c>exact.layers</c> L,
/// <c>exact.precision</c> (bfloat16 or float32: how rows are kept between layers), <c>exact.threshold</c>, <c>exact.gate</c>.
/// </summary>
internal sealed class ExactParameters
{
    private const int MaximumLayers = 16;
    private const int MaximumRows = 65536;

    public ExactParameters(Safetensors file, ModelFileInfo info, Histories histories)
    {
        Users = info.UserCount;
        Items = info.ItemCount;
        Dimension = info.Dimension;
        Histories = histories.All();
        Layers = ModelFormat.Number(file, "exact.layers", 0, MaximumLayers);
        Brain = ModelFormat.Text(file, "exact.precision") switch
        {
            "bfloat16" => true,
            "float32" => false,
            var other => throw ModelFormat.Damaged(file, $"exact.precision is {SafetensorsHeader.Quote(other ?? "")}; allowed are bfloat16 and float32"),
        };
        CoarseCount = Rows(file, "exact.codebook");
        Codebook = Finite(file, "exact.codebook", CoarseCount, Dimension);
        PerEntity = Columns(file, "exact.picks", CoarseCount);
        (Picks, Weights) = Assignment(file, "exact.picks", "exact.weights", Users + Items, PerEntity, CoarseCount);
        if (!file.TryFind("exact.fine_codebook", out _))
            return;
        FineCount = Rows(file, "exact.fine_codebook");
        Fine = Finite(file, "exact.fine_codebook", FineCount, Dimension);
        FinePerCoarse = Columns(file, "exact.fine_picks", FineCount);
        (FinePicks, FineWeights) = Assignment(file, "exact.fine_picks", "exact.fine_weights", CoarseCount, FinePerCoarse, FineCount);
        Threshold = (float)Real(file, "exact.threshold");
        Gate = (float)Real(file, "exact.gate");
    }

    public int Users { get; }

    public int Items { get; }

    public int Dimension { get; }

    public int Layers { get; }

    /// <summary>Whether rows between layers are bfloat16.</summary>
    public bool Brain { get; }

    public Histories.Rows Histories { get; }

    public int CoarseCount { get; }

    public float[] Codebook { get; }

    public int PerEntity { get; }

    public int[] Picks { get; }

    public float[] Weights { get; }

    /// <summary>0 in a model of the coarse stage.</summary>
    public int FineCount { get; }

    public float[] Fine { get; } = [];

    public int FinePerCoarse { get; }

    public int[] FinePicks { get; } = [];

    public float[] FineWeights { get; } = [];

    public float Threshold { get; }

    public float Gate { get; }

    private static int Rows(Safetensors file, string tensor)
    {
        var shape = file.Find(tensor).Shape;
        return shape.Count == 2 && shape[0] is >= 1 and <= MaximumRows
            ? (int)shape[0]
            : throw ModelFormat.Damaged(file, $"tensor '{tensor}' has the shape {file.Find(tensor).ShapeText}; allowed are 1 to {MaximumRows} rows");
    }

    private static int Columns(Safetensors file, string tensor, int most)
    {
        var shape = file.Find(tensor).Shape;
        return shape.Count == 2 && shape[1] >= 1 && shape[1] <= most
            ? (int)shape[1]
            : throw ModelFormat.Damaged(file, $"tensor '{tensor}' has the shape {file.Find(tensor).ShapeText}; allowed are 1 to {most} columns");
    }

    private static float[] Finite(Safetensors file, string tensor, int rows, int columns)
    {
        var values = new MappedTensor<float>(file, tensor, rows, columns).Span.ToArray();
        foreach (var value in values)
        {
            if (!float.IsFinite(value))
                throw ModelFormat.Damaged(file, $"tensor '{tensor}' holds {value}");
        }

        return values;
    }

    private static (int[] Picks, float[] Weights) Assignment(Safetensors file, string picksName, string weightsName, int rows, int perRow, int columns)
    {
        var stored = new MappedTensor<ushort>(file, picksName, rows, perRow).Span;
        var picks = new int[stored.Length];
        for (var i = 0; i < picks.Length; i++)
        {
            picks[i] = stored[i];
            if (picks[i] >= columns || (i % perRow > 0 && picks[i] <= picks[i - 1]))
                throw ModelFormat.Damaged(file, $"{picksName} of row {i / perRow} are not distinct, ascending and below {columns}");
        }

        var weights = Finite(file, weightsName, rows, perRow);
        foreach (var weight in weights)
        {
            if (weight < 0)
                throw ModelFormat.Damaged(file, $"tensor '{weightsName}' holds {weight}; allowed are numbers from 0");
        }

        return (picks, weights);
    }

    private static double Real(Safetensors file, string key)
    {
        var text = ModelFormat.Text(file, key) ?? "";
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value is >= 0 and <= 1e6
            ? value
            : throw ModelFormat.Damaged(file, $"{key} is {SafetensorsHeader.Quote(text)}; allowed are numbers from 0 to 1e6");
    }
}
