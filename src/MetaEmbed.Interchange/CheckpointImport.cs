using MetaEmbed.Experiments;
using MetaEmbed.Export;
using MetaEmbed.Export.Compression;
using MetaEmbed.Inference;
using MetaEmbed.Inference.Files;
using MetaEmbed.Numerics;

namespace MetaEmbed.Interchange;

/// <summary>A checkpoint of any program, to become a model file.</summary>
/// <param name="Checkpoint">A safetensors file.</param>
/// <param name="Output">The model file to write.</param>
/// <param name="Kind">device or table.</param>
public sealed record CheckpointRequest(string Checkpoint, string Output, ModelFileKind Kind)
{
    /// <summary>Name of the rows of items, or the start of names of their codebook, picks and weights.</summary>
    public string Items { get; init; } = "items";

    /// <summary>The same for users; a table needs them.</summary>
    public string Users { get; init; } = "users";

    /// <summary>Name of the items' biases; they may be missing.</summary>
    public string Bias { get; init; } = "item_bias";

    /// <summary>Name of the items' fold-in weights; where they are missing, each is 1: the sum of the rows over the root of their number.</summary>
    public string FoldWeights { get; init; } = "fold_weights";

    /// <summary>How rows are packed.</summary>
    public string Code { get; init; } = "int8";

    /// <summary>A text file with a name of an item in each line; null for none.</summary>
    public string? Names { get; init; }

    /// <summary>Threads; 0 for one per processor.</summary>
    public int Threads { get; init; }
}

/// <summary>
/// From a safetensors checkpoint to a model file: rows of items, biases and fold-in weights by the names of their tensors.
/// Nothing is known of its training data, so the file carries no popular items and gets no card.
/// </summary>
public static class CheckpointImport
{
    /// <summary>Writes the model file.</summary>
    /// <exception cref="UserMistakeException">The checkpoint lacks a tensor, or one does not fit; nothing is written.</exception>
    public static void Execute(CheckpointRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Kind == ModelFileKind.Exact)
            throw new UserMistakeException("a checkpoint of rows has no graph, so it cannot become a file of kind exact", "choose device or table");
        var code = ItemCodes.Find(request.Code);
        using var file = Safetensors.Open(request.Checkpoint);
        using var items = CheckpointTensors.Rows(file, request.Items) ?? throw Missing(file, request.Items);
        using var users = request.Kind == ModelFileKind.Table ? CheckpointTensors.Rows(file, request.Users) ?? throw Missing(file, request.Users) : null;
        if (users is not null && users.Columns != items.Columns)
            throw new UserMistakeException(file.Name, null, $"rows of users have {users.Columns} numbers, those of items {items.Columns}", "give tensors of one model");
        using var workers = new Workers(request.Threads);
        var builder = new ModelFileBuilder(request.Kind, users?.Rows ?? 0, items.Rows, items.Columns);
        builder.Text(ModelFormat.WriterKey, "metaembed " + RunManifest.CurrentVersion);
        builder.Text(ModelFormat.PackingKey, code.Name);
        builder.Add(Pack(items), "items");
        if (users is not null)
            builder.Add(Pack(users), "users");
        if (CheckpointTensors.Numbers(file, request.Bias, items.Rows) is { } bias)
            builder.AddNumbers("item_bias", bias, null);
        var weights = CheckpointTensors.Numbers(file, request.FoldWeights, items.Rows);
        if (weights is null)
            Array.Fill(weights = new float[items.Rows], 1f);
        FoldInWeights.Trained(weights).AddTo(builder, 1, packed: false);
        if (request.Names is not null)
            builder.AddNames("names.items", Names(request.Names, items.Rows));
        // Its own reader judges it before it gets its name.
        using (var written = Recommender.Read(builder.ToBytes(), request.Output))
            written.Prepare();
        builder.Write(request.Output);

        CompressedRows Pack(Matrix rows)
        {
            var even = new float[rows.Rows];
            Array.Fill(even, 1f);
            return code.Compress(new CompressionInput(rows, even, null, 0), workers);
        }
    }

    private static string[] Names(string path, int items)
    {
        string[] names;
        try
        {
            names = File.ReadAllLines(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UserMistakeException(path, null, $"cannot be read ({error.Message})", "check the name and your rights", error);
        }

        return names.Length == items ? names : throw new UserMistakeException(path, null, $"has {names.Length} lines for {items} items", "give a line for each item");
    }

    private static UserMistakeException Missing(Safetensors file, string name) =>
        new(file.Name, null, $"has neither a tensor '{name}' nor '{name}.codebook'", $"it holds {string.Join(", ", file.Tensors.Take(8).Select(tensor => tensor.Name))}; name the rows with --items-tensor and --users-tensor");
}
