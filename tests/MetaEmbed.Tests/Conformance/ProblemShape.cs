namespace MetaEmbed.Tests.Conformance;

/// <summary>Sizes and settings of a <see cref="RandomProblem"/>.</summary>
internal sealed record ProblemShape
{
    public int Users { get; init; } = 9;
    public int Items { get; init; } = 11;

    /// <summary>Most train items of a user; at least one is left as a negative.</summary>
    public int MaxItemsPerUser { get; init; } = 5;

    /// <summary>The last users have no train items.</summary>
    public int UsersWithoutItems { get; init; }

    /// <summary>d.</summary>
    public int Dimension { get; init; } = 7;

    /// <summary>c.</summary>
    public int Coarse { get; init; } = 5;

    /// <summary>The last coarse meta-embeddings belong to no entity.</summary>
    public int EmptyCoarse { get; init; }

    /// <summary>f.</summary>
    public int Fine { get; init; } = 4;

    /// <summary>The last fine meta-embeddings belong to no coarse one.</summary>
    public int EmptyFine { get; init; }

    /// <summary>t.</summary>
    public int CoarsePerEntity { get; init; } = 2;

    /// <summary>t_f.</summary>
    public int FinePerCoarse { get; init; } = 2;

    /// <summary>L.</summary>
    public int Layers { get; init; } = 3;

    public double Threshold { get; init; } = 0.5;

    public double Gate { get; init; } = 0.2;

    /// <summary>In units of 1e-4; large, so that a wrong L2 term shows.</summary>
    public double L2Factor { get; init; } = 200;

    /// <summary>B.</summary>
    public int BatchSize { get; init; } = 13;

    /// <summary>Standard deviation of C, F and the biases.</summary>
    public double Scale { get; init; } = 1;

    /// <summary>The cases that go wrong when anything does, by name.</summary>
    public static IReadOnlyDictionary<string, ProblemShape> Cases { get; } = new Dictionary<string, ProblemShape>
    {
        ["plain"] = new(),
        ["one pick an entity"] = new() { CoarsePerEntity = 1, FinePerCoarse = 1 },
        ["three picks an entity"] = new() { CoarsePerEntity = 3, FinePerCoarse = 3 },
        ["all picks"] = new() { CoarsePerEntity = 5, FinePerCoarse = 4 },
        ["more coarse than dimensions"] = new() { Coarse = 10, Dimension = 4 },
        ["more fine than coarse"] = new() { Coarse = 3, Fine = 8 },
        ["more fine than dimensions"] = new() { Fine = 9, Dimension = 3 },
        ["empty meta-embeddings"] = new() { EmptyCoarse = 2, EmptyFine = 1 },
        ["users without items"] = new() { UsersWithoutItems = 3 },
        ["one of each"] = new() { Coarse = 1, CoarsePerEntity = 1, Fine = 1, FinePerCoarse = 1 },
        ["one dimension"] = new() { Dimension = 1 },
        ["no layer"] = new() { Layers = 0 },
        ["one layer"] = new() { Layers = 1 },
        ["gate 0"] = new() { Gate = 0 },
        ["gate 1"] = new() { Gate = 1 },
        ["threshold 0"] = new() { Threshold = 0 },
        ["nothing above the threshold"] = new() { Threshold = 100 },
        ["no L2"] = new() { L2Factor = 0 },
        ["saturated scores"] = new() { Scale = 8 },
        ["items with more neighbours than a run"] = new() { Users = 1200, Items = 3, MaxItemsPerUser = 2, BatchSize = 300 },
        ["seventeen dimensions"] = new() { Users = 30, Items = 40, Dimension = 17, Coarse = 12, Fine = 6, BatchSize = 50 },
    };

    /// <summary>The names of <see cref="Cases"/>, for a theory.</summary>
    public static TheoryData<string> Names { get; } = [.. Cases.Keys];
}
