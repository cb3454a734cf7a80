using System.Text.Json.Serialization;
using MetaEmbed.Experiments;

namespace MetaEmbed.Export;

/// <summary>What a model file is and how good it is, measured through its own reader; written beside it.</summary>
public sealed record ModelCard
{
    /// <summary>Name of the file, without its folder.</summary>
    public required string File { get; init; }

    /// <summary>Its length to the byte.</summary>
    public required long Bytes { get; init; }

    /// <summary>XxHash128 of the file.</summary>
    public required string Checksum { get; init; }

    /// <summary>Version of the format.</summary>
    public required int FormatVersion { get; init; }

    /// <summary>device, table or exact.</summary>
    public required string Kind { get; init; }

    /// <summary>How items are packed.</summary>
    public required string ItemCode { get; init; }

    /// <summary>Users known by id.</summary>
    public required int Users { get; init; }

    /// <summary>Items.</summary>
    public required int Items { get; init; }

    /// <summary>d.</summary>
    public required int Dimension { get; init; }

    /// <summary>What is inside.</summary>
    public required IReadOnlyList<CardTensor> Tensors { get; init; }

    /// <summary>Name of the data.</summary>
    public required string Dataset { get; init; }

    /// <summary>Hash of the data.</summary>
    public required string DatasetHash { get; init; }

    /// <summary>Seed of the validation split.</summary>
    public required long SplitSeed { get; init; }

    /// <summary>Settings of the training, by stage.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Settings { get; init; }

    /// <summary>Test metrics.</summary>
    public required IReadOnlyList<CardMetrics> Metrics { get; init; }

    /// <summary>How the validation metrics went by epoch, a curve for each stage; none where the run keeps no table of them.</summary>
    public IReadOnlyList<CardCurve> Curves { get; init; } = [];

    /// <summary>Time from the path to an open model, file in the system's cache, median.</summary>
    public required double OpenMilliseconds { get; init; }

    /// <summary>Time of the first list after opening: rows are decoded in it.</summary>
    public required double FirstListMilliseconds { get; init; }

    /// <summary>Time of a list of 10 from a history of one thread, median over users.</summary>
    public required double ListMilliseconds { get; init; }

    /// <summary>Where it was measured.</summary>
    public required MachineInfo Machine { get; init; }

    /// <summary>What it cannot do.</summary>
    public required IReadOnlyList<string> Limits { get; init; }

    /// <summary>The metrics of one way to rank; null where it was not measured.</summary>
    /// <param name="ranking">Name of the way.</param>
    public CardMetrics? Of(string ranking) => Metrics.FirstOrDefault(row => row.Ranking == ranking);
}

/// <summary>A tensor of the file.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Type of its elements.</param>
/// <param name="Shape">Its dimensions.</param>
/// <param name="Bytes">Its length.</param>
public sealed record CardTensor(string Name, string Type, IReadOnlyList<long> Shape, long Bytes);

/// <summary>Validation metrics of one stage by epoch.</summary>
/// <param name="Stage">coarse or fine.</param>
/// <param name="Cutoff">The k of both metrics.</param>
/// <param name="Points">In the order of the training, at most <see cref="MostPoints"/>, the first, the best and the last among them.</param>
public sealed record CardCurve(string Stage, int Cutoff, IReadOnlyList<CardPoint> Points)
{
    /// <summary>Most points of a curve: a card is read whole.</summary>
    public const int MostPoints = 200;
}

/// <summary>One evaluation on the validation set.</summary>
/// <param name="Epoch">Taken before the training of this epoch.</param>
/// <param name="Phase">fixed or updating.</param>
/// <param name="Ndcg">NDCG at the curve's cut-off.</param>
/// <param name="Recall">Recall at it.</param>
public sealed record CardPoint(int Epoch, string Phase, double Ndcg, double Recall);

/// <summary>Test metrics of one way to rank.</summary>
/// <param name="Ranking">Which way: see the constants.</param>
/// <param name="Users">Users averaged over.</param>
/// <param name="Ndcg">NDCG by cut-off.</param>
/// <param name="Recall">Recall by cut-off.</param>
public sealed record CardMetrics(string Ranking, int Users, IReadOnlyDictionary<int, double> Ndcg, IReadOnlyDictionary<int, double> Recall)
{
    /// <summary>The checkpoint, with the rows of its users.</summary>
    public const string Checkpoint = "checkpoint, users' own rows";

    /// <summary>The checkpoint's items in 32 bits, users folded in from their train items.</summary>
    public const string CheckpointHistory = "checkpoint, from history";

    /// <summary>The file, with the rows of its users.</summary>
    public const string FileKnown = "this file, users' own rows";

    /// <summary>The file, users folded in from their train items.</summary>
    public const string FileHistory = "this file, from history";
}

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ModelCard))]
internal sealed partial class CardJson : JsonSerializerContext;
