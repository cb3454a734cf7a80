using System.Text.Json;
using System.Text.Json.Serialization;
using MetaEmbed.Reference;

namespace MetaEmbed.Tests.Golden;

/// <summary>
/// What the official code printed, in double precision, for one small problem and one stage; nine significant digits.
/// Lists of lists are rows. Which parts are there depends on the stage.
/// </summary>
internal sealed record GoldenTrace
{
    private static readonly JsonSerializerOptions Options = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>Names of the problems.</summary>
    public static TheoryData<string> Names { get; } = ["tinyA", "tinyB", "tinyC"];

    public required GoldenMeta Meta { get; init; }
    public GoldenData? Data { get; init; }
    public GoldenSparse? NormAdj { get; init; }
    [JsonPropertyName("S0")] public GoldenSparse? S0 { get; init; }
    [JsonPropertyName("S1")] public GoldenSparse? S1 { get; init; }
    [JsonPropertyName("S2")] public GoldenSparse? S2 { get; init; }
    public GoldenParameters? Params0 { get; init; }
    public required GoldenSparse ExpandedGraph { get; init; }
    public GoldenBatch? Batch { get; init; }
    public GoldenFullEmbs? GetFullEmbs { get; init; }
    public GoldenTrain? Train { get; init; }
    public GoldenEvaluation? EvalBeforeUpdate { get; init; }
    public GoldenUpdate? AssignmentUpdate { get; init; }
    public GoldenEvaluation? EvalAfterUpdate { get; init; }

    // The initialisation of the fine stage.
    public int[]? MetisPartKFt { get; init; }
    public double[][]? AttnScores { get; init; }
    public double[][]? AttnSoftmax { get; init; }

    /// <summary>The coarse stage of a problem.</summary>
    public static GoldenTrace Coarse(string name) => Read($"{name}_coarse_f64.json");

    /// <summary>The fine stage of a problem; data and batch are those of its coarse stage.</summary>
    public static GoldenTrace Fine(string name) => Read($"{name}_fine_f64.json") with { Data = Coarse(name).Data };

    /// <summary>The initialisation of the fine stage of a problem.</summary>
    public static GoldenTrace FineInitialization(string name) => Read($"{name}_fineinit_f64.json");

    private static GoldenTrace Read(string file)
    {
        using var stream = File.OpenRead(Shared.Require(Path.Combine("reference", "golden", file)));
        return JsonSerializer.Deserialize<GoldenTrace>(stream, Options)!;
    }
}

internal sealed record GoldenMeta
{
    public required int Users { get; init; }
    public required int Items { get; init; }
    public required int LatentDim { get; init; }
    public required int NumClusters { get; init; }
    public required int NumClustersFt { get; init; }
    public required int NumLayers { get; init; }
    public required int T { get; init; }
    public required int TopKFt { get; init; }
    public required double Gate { get; init; }
    public required double ThresholdFt { get; init; }
    public required double L2PenaltyFactor { get; init; }
    public required double MaxGradValue { get; init; }
    public required int[] Ks { get; init; }
}

/// <summary>Items by user; users without any are missing.</summary>
internal sealed record GoldenData
{
    public required Dictionary<string, int[]> Train { get; init; }
    public required Dictionary<string, int[]> Valid { get; init; }
    public required Dictionary<string, int[]> Test { get; init; }

    /// <summary>One array for each user, empty where there are no items.</summary>
    public static int[][] ByUser(Dictionary<string, int[]> items, int users) =>
        [.. Enumerable.Range(0, users).Select(user => items.GetValueOrDefault($"{user}", []))];
}

/// <summary>A sparse matrix by coordinates, in row-major order.</summary>
internal sealed record GoldenSparse
{
    public required int[] Shape { get; init; }
    public required int[] Row { get; init; }
    public required int[] Col { get; init; }
    public required double[] Val { get; init; }

    public DenseMatrix ToDense()
    {
        var result = new DenseMatrix(Shape[0], Shape[1]);
        for (var i = 0; i < Row.Length; i++)
            result[Row[i], Col[i]] = Val[i];
        return result;
    }
}

/// <summary>Parameters or their gradients; the biases are those of the users, then those of the items.</summary>
internal sealed record GoldenParameters
{
    public required double[][] CentroidEmbs { get; init; }
    public double[][]? FinetuneEmbs { get; init; }
    public required double[] LinearFc { get; init; }
    public required double[] LinearBias { get; init; }
}

internal sealed record GoldenBatch
{
    public required int[] Users { get; init; }
    public required int[] Pos { get; init; }
    public required int[] Neg { get; init; }

    public Batch ToBatch() => new(Users, Pos, Neg);
}

/// <summary>S C, the bridged coarse rows and the soft-thresholded fine ones.</summary>
internal sealed record GoldenFullEmbs
{
    public required double[][] FullEmbs { get; init; }
    public required double[][] GatedCentroidEmbs { get; init; }
    public required double[][] SoftThresholdedFinetuneEmbs { get; init; }
}

internal sealed record GoldenTrain
{
    public required double[][] EgoEmbs { get; init; }
    public required double[][] GcnAllRows { get; init; }
    public double[][][]? LayerEmbs { get; init; }
    public required double[] PosFm { get; init; }
    public required double[] PosLinear { get; init; }
    public required double[] NegFm { get; init; }
    public required double[] NegLinear { get; init; }
    public required double[] PosScores { get; init; }
    public required double[] NegScores { get; init; }
    public required double AdamLr { get; init; }
    public required GoldenStep[] Steps { get; init; }
}

internal sealed record GoldenStep
{
    public required double BprLoss { get; init; }
    [JsonPropertyName("reg_loss")] public required double RegLoss { get; init; }
    [JsonPropertyName("reg_loss_x1e4")] public required double RegLossX1e4 { get; init; }
    public required double TotalLoss { get; init; }
    public GoldenParameters? GradsBeforeClip { get; init; }
    [JsonPropertyName("grads_centroid_clip_0.001_example")] public double[][]? GradsCentroidClip { get; init; }
    public double? UserBiasGradMaxAbs { get; init; }
    public double? GlobalBiasGrad { get; init; }
    public GoldenParameters? ParamsAfter { get; init; }
}

internal sealed record GoldenUpdate
{
    public required double[][] GcnAllRowsBeforeUpdate { get; init; }
    public required double[] SingularValuesHCentroid { get; init; }
    public required double[][] PinvProductDense { get; init; }
    public required double[][] GcnAfterUpdateUserItemRows { get; init; }
    public required GoldenSparse ExpandedGraphAfter { get; init; }
    public required int UniqueCount { get; init; }

    // Coarse.
    public int[][]? TopkIdx { get; init; }
    public double[][]? TopkVal { get; init; }
    public double? MinTopkValue { get; init; }
    public int? NNegativeTopk { get; init; }
    [JsonPropertyName("S_after")] public GoldenSparse? SAfter { get; init; }

    // Fine.
    public double[]? SingularValuesHFinetune { get; init; }
    public double[][]? PinvProductFinetuneDense { get; init; }
    public double[][]? AttnScores { get; init; }
    public double[][]? AttnSoftmax { get; init; }
    public int[][]? AttnTopkIdx { get; init; }
    public double[][]? AttnTopkVal { get; init; }
    [JsonPropertyName("S2_after")] public GoldenSparse? S2After { get; init; }
}

internal sealed record GoldenEvaluation
{
    public required GoldenMetrics Valid { get; init; }
    public required GoldenMetrics Test { get; init; }
    public required int[] Ks { get; init; }
    [JsonPropertyName("all_scores_first3_users_masked")] public required double[][] MaskedScores { get; init; }
    [JsonPropertyName("top10_items")] public required int[][] TopItems { get; init; }
    [JsonPropertyName("top10_scores")] public required double[][] TopScores { get; init; }
    public required int TestAllPosUsers { get; init; }
    public required int ValidAllPosUsers { get; init; }
}

internal sealed record GoldenMetrics
{
    public required double[] Ndcgs { get; init; }
    public required double[] Recalls { get; init; }
}
