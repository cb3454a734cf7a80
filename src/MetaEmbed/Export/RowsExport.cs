using MetaEmbed.Export.Compression;
using MetaEmbed.Inference;
using MetaEmbed.Inference.Codes;
using MetaEmbed.Inference.Files;

namespace MetaEmbed.Export;

/// <summary>Files that hold rows: <c>table</c> (users and items) and <c>device</c> (items).</summary>
internal static class RowsExport
{
    private const int PopularOnDevice = 256;
    public const int Popular = 1000;

    // Header entries and padding of the items' own tensors.
    private const int ItemHeaderBytes = 1000;

    /// <summary>The file that the request asks for; under a budget, the code with the best NDCG on the validation set.</summary>
    /// <exception cref="UserMistakeException">The code does not exist, or nothing fits the budget.</exception>
    public static ModelFileBuilder Build(ExportRequest request, ExportContent content, IProgress<string>? progress)
    {
        var codes = Candidates(request, content);
        (ModelFileBuilder File, double Ndcg, string Name)? best = null;
        foreach (var code in codes)
        {
            content.Cancellation.ThrowIfCancellationRequested();
            var packed = PackedItems.Of(content.Rows, code, (ulong)content.Run.Options.Seed, content.Workers);
            var users = request.Kind == ModelFileKind.Table ? code.Compress(content.Rows.UserInput((ulong)content.Run.Options.Seed), content.Workers) : null;
            if (Consider(packed, users) is { } scale && Tunable(request, packed))
                Consider(Tune(request, content, packed, scale, progress), null);
        }

        if (best is null)
            throw new UserMistakeException($"no item code fits {request.Budget:N0} bytes", "give a larger --budget");
        return best.Value.File;

        float? Consider(PackedItems packed, CompressedRows? users)
        {
            var file = File(request, content, packed, users);
            var bytes = file(1f).ToBytes();
            if (bytes.Length > request.Budget)
            {
                progress?.Report($"{packed.Name}: {bytes.Length:N0} bytes, too many");
                return null;
            }

            var scale = FoldInFit.Fit(content, bytes, out var ndcg);
            progress?.Report(FormattableString.Invariant($"{packed.Name}: {bytes.Length:N0} bytes, NDCG@{content.ChoiceCutoff} {ndcg:F5} on the validation set from history, scale {scale:F2}"));
            if (best is null || ndcg > best.Value.Ndcg)
                best = (file(scale), ndcg, packed.Name);
            return scale;
        }
    }

    /// <summary>Whether the request wants these items tuned: sums of codewords, for users folded in.</summary>
    private static bool Tunable(ExportRequest request, PackedItems packed) =>
        request is { Kind: ModelFileKind.Device, TuningSteps: > 0 } && packed.Sums is not null;

    /// <summary>The items with their codewords trained for folded-in users.</summary>
    private static PackedItems Tune(ExportRequest request, ExportContent content, PackedItems packed, float scale, IProgress<string>? progress)
    {
        var train = content.Rows.Train;
        var options = FoldInTuning.For(request.TuningSteps, content.Run.Options.Seed, packed.Sums!.Dimension, train);
        return FoldInTuning.Tune(packed, scale, train, options, content.Workers, Report, content.Cancellation);

        void Report(int steps, double loss)
        {
            if (steps % 100 == 0 || steps == request.TuningSteps)
                progress?.Report(FormattableString.Invariant($"{packed.Name}: {steps} of {request.TuningSteps} steps of tuning, loss {loss:F4}"));
        }
    }

    /// <summary>The items in 32 bits with their fold-in: what packing is compared with. Never written to disk.</summary>
    public static ModelFileBuilder WholeItems(ExportContent content) =>
        WholeItems(content, FoldInFit.Fit(content, WholeItems(content, 1).ToBytes(), out _));

    /// <summary>The same with a given scale of folded-in users.</summary>
    public static ModelFileBuilder WholeItems(ExportContent content, float scale) => File(
        new ExportRequest("", "", ModelFileKind.Device), content, PackedItems.Of(content.Rows, new Float32Rows(), 0, content.Workers), null)(scale);

    private static IReadOnlyList<IItemCompressor> Candidates(ExportRequest request, ExportContent content)
    {
        if (request.Code is not null)
            return [ItemCodes.Find(request.Code)];
        if (request.Budget is not { } budget)
            return [ItemCodes.Find("int8")];
        if (request.Kind == ModelFileKind.Table)
            return [ItemCodes.Find("float16"), ItemCodes.Find("int8")];
        var rows = content.Rows;
        var rest = Fill(request, content, null, null, 1).ToBytes().Length + ItemHeaderBytes;
        return ItemCodes.Fitting(rows.Items.Rows, rows.Items.Columns, rows.Dictionary?.Rows ?? 0, budget - rest);
    }

    /// <summary>The file with any scale of folded-in users.</summary>
    /// <param name="request">The kind, and whether histories go along.</param>
    /// <param name="content">The run.</param>
    /// <param name="items">The packed items.</param>
    /// <param name="users">The packed users, for a table.</param>
    /// <param name="popular">How many popular items the file carries; null for what the kind carries.</param>
    public static Func<float, ModelFileBuilder> File(ExportRequest request, ExportContent content, PackedItems items, CompressedRows? users, int? popular = null) => scale =>
    {
        var builder = Fill(request, content, items, users, scale, popular);
        builder.Text(ModelFormat.PackingKey, items.Name);
        return builder;
    };

    private static ModelFileBuilder Fill(ExportRequest request, ExportContent content, PackedItems? items, CompressedRows? users, float scale, int? popular = null)
    {
        var rows = content.Rows;
        var table = request.Kind == ModelFileKind.Table;
        var histories = request.Histories ?? table;
        var whole = items?.Rows.Code == Float32Code.Name;
        var builder = new ModelFileBuilder(request.Kind, table || histories ? rows.Users.Rows : 0, rows.Items.Rows, rows.Items.Columns);
        if (items is not null)
            builder.Add(items.Rows, "items");
        if (users is not null)
            builder.Add(users, "users");
        builder.AddNumbers("item_bias", items?.Bias ?? rows.ItemBias, table || whole ? null : ByteScale.Linear);
        (items?.FoldIn ?? rows.FoldIn).AddTo(builder, scale, packed: !whole);
        if (histories)
            builder.AddHistories(rows.Train);
        content.Describe(builder, table || histories, popular ?? (table ? Popular : PopularOnDevice));
        return builder;
    }
}
