using MetaEmbed.Export.Compression;
using MetaEmbed.Inference;
using MetaEmbed.Inference.Files;

namespace MetaEmbed.Export;

/// <summary>Files that hold rows: <c>table</c> (users and items) and <c>device</c> (items).</summary>
internal static class RowsExport
{
    private const int PopularOnDevice = 256;
    public const int Popular = 1000;

    // Header, texts and padding that do not depend on the code; generous, the file itself is measured in the end.
    private const int HeaderBytes = 6000;

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
    public static ModelFileBuilder WholeItems(ExportContent content)
    {
        var rows = content.Rows;
        var items = new Float32Rows().Compress(rows.Input(0), content.Workers);
        ModelFileBuilder File(float scale)
        {
            var builder = new ModelFileBuilder(ModelFileKind.Device, 0, rows.Items.Rows, rows.Items.Columns);
            builder.Add(items, "items");
            builder.AddNumbers("item_bias", rows.ItemBias, null);
            rows.FoldIn.AddTo(builder, scale, packed: false);
            content.Describe(builder, users: false, Popular);
            return builder;
        }

        return File(FoldInFit.Fit(content, File(1).ToBytes(), out _));
    }

    private static IReadOnlyList<IItemCompressor> Candidates(ExportRequest request, ExportContent content)
    {
        if (request.Code is not null)
            return [ItemCodes.Find(request.Code)];
        if (request.Budget is not { } budget)
            return [ItemCodes.Find("int8")];
        if (request.Kind == ModelFileKind.Table)
            return [ItemCodes.Find("float16"), ItemCodes.Find("int8")];
        var rows = content.Rows;
        var rest = HeaderBytes + 2L * rows.Items.Rows + 2 * 1024 + PopularOnDevice * 8 + content.NameBytes(users: request.Histories == true)
            + (request.Histories == true ? HistoryBytes.Of(rows.Train).Length : 0);
        return ItemCodes.Fitting(rows.Items.Rows, rows.Items.Columns, rows.Dictionary?.Rows ?? 0, budget - rest);
    }

    /// <summary>Packs the items, and for a table the users; the file is then built with any scale.</summary>
    public static Func<float, ModelFileBuilder> Pack(ExportRequest request, ExportContent content, IItemCompressor code)
    {
        var rows = content.Rows;
        var table = request.Kind == ModelFileKind.Table;
        var items = code.Compress(rows.Input((ulong)content.Run.Options.Seed), content.Workers);
        var users = table ? code.Compress(rows.UserInput((ulong)content.Run.Options.Seed), content.Workers) : null;
        var histories = request.Histories ?? table;
        return scale =>
        {
            var builder = new ModelFileBuilder(request.Kind, table || histories ? rows.Users.Rows : 0, rows.Items.Rows, rows.Items.Columns);
            builder.Text(ModelFormat.PackingKey, code.Name);
            builder.Add(items, "items");
            if (users is not null)
                builder.Add(users, "users");
            builder.AddNumbers("item_bias", rows.ItemBias, table ? null : ByteScale.Linear);
            rows.FoldIn.AddTo(builder, scale, packed: true);
            if (histories)
                builder.AddHistories(rows.Train);
            content.Describe(builder, table || histories, table ? Popular : PopularOnDevice);
            return builder;
        };
    }
}
