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
            var packed = Pack(request, content, code);
            var bytes = packed(1f).ToBytes();
            if (bytes.Length > request.Budget)
            {
                progress?.Report($"{code.Name}: {bytes.Length:N0} bytes, too many");
                continue;
            }

            var scale = FoldInFit.Fit(content, bytes, out var ndcg);
            progress?.Report(FormattableString.Invariant($"{code.Name}: {bytes.Length:N0} bytes, NDCG@{content.ChoiceCutoff} {ndcg:F5} on the validation set from history, scale {scale:F2}"));
            if (best is null || ndcg > best.Value.Ndcg)
                best = (packed(scale), ndcg, code.Name);
        }

        if (best is null)
            throw new UserMistakeException($"no item code fits {request.Budget:N0} bytes", "give a larger --budget");
        return best.Value.File;
    }

    /// <summary>The items in 32 bits with their fold-in: what packing is compared with. Never written to disk.</summary>
    public static ModelFileBuilder WholeItems(ExportContent content) =>
        WholeItems(content, FoldInFit.Fit(content, WholeItems(content, 1).ToBytes(), out _));

    /// <summary>The same with a given scale of folded-in users.</summary>
    public static ModelFileBuilder WholeItems(ExportContent content, float scale) =>
        Pack(new ExportRequest("", "", ModelFileKind.Device), content, new Float32Rows())(scale);

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

    /// <summary>Packs the items, and for a table the users; the file is then built with any scale.</summary>
    /// <param name="request">The kind, and whether histories go along.</param>
    /// <param name="content">The run.</param>
    /// <param name="code">How.</param>
    /// <param name="popular">How many popular items the file carries; null for what the kind carries.</param>
    public static Func<float, ModelFileBuilder> Pack(ExportRequest request, ExportContent content, IItemCompressor code, int? popular = null)
    {
        var rows = content.Rows;
        var seed = (ulong)content.Run.Options.Seed;
        var items = code.Compress(rows.Input(seed), content.Workers);
        var users = request.Kind == ModelFileKind.Table ? code.Compress(rows.UserInput(seed), content.Workers) : null;
        return scale =>
        {
            var builder = Fill(request, content, items, users, scale, popular);
            builder.Text(ModelFormat.PackingKey, code.Name);
            return builder;
        };
    }

    private static ModelFileBuilder Fill(ExportRequest request, ExportContent content, CompressedRows? items, CompressedRows? users, float scale, int? popular = null)
    {
        var rows = content.Rows;
        var table = request.Kind == ModelFileKind.Table;
        var histories = request.Histories ?? table;
        var whole = items?.Code == Float32Code.Name;
        var builder = new ModelFileBuilder(request.Kind, table || histories ? rows.Users.Rows : 0, rows.Items.Rows, rows.Items.Columns);
        if (items is not null)
            builder.Add(items, "items");
        if (users is not null)
            builder.Add(users, "users");
        builder.AddNumbers("item_bias", rows.ItemBias, table || whole ? null : ByteScale.Linear);
        rows.FoldIn.AddTo(builder, scale, packed: !whole);
        if (histories)
            builder.AddHistories(rows.Train);
        content.Describe(builder, table || histories, popular ?? (table ? Popular : PopularOnDevice));
        return builder;
    }
}
