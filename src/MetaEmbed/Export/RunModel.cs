using MetaEmbed.Inference;
using MetaEmbed.Inference.Files;

namespace MetaEmbed.Export;

/// <summary>
/// A run opened to recommend with, as a model file would be: a row in 32 bits for every user and item, histories, names, all
/// items by popularity. Lists are those of the run's checkpoint to the bit.
/// </summary>
public static class RunModel
{
    // A span holds no more than 2^31 bytes.
    private const long MostBytesInMemory = 1L << 30;

    /// <summary>Computes the rows of a run and opens them.</summary>
    /// <param name="runFolder">The run.</param>
    /// <param name="dataFolder">The dataset, where it has moved since the training; null for where it lay then.</param>
    /// <param name="threads">Threads; 0 for one per processor.</param>
    /// <param name="foldIn">Whether histories will be asked for: finds the scale of folded-in users, which takes some rankings of the validation set.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="UserMistakeException">The run or its data cannot be used, or the temporary folder is full.</exception>
    public static Recommender Open(string runFolder, string? dataFolder, int threads, bool foldIn, CancellationToken cancellation = default)
    {
        using var content = ModelExport.Open(new ExportRequest(runFolder, "", ModelFileKind.Table) { DataFolder = dataFolder, Threads = threads }, cancellation);
        return Open(content, foldIn);
    }

    /// <summary>The same for a run that is open already.</summary>
    internal static Recommender Open(ExportContent content, bool foldIn)
    {
        var request = new ExportRequest("", "", ModelFileKind.Table);
        var code = new Compression.Float32Rows();
        var users = code.Compress(content.Rows.UserInput(0), content.Workers);
        var packed = RowsExport.File(request, content, PackedItems.Of(content.Rows, code, 0, content.Workers), users, content.Dataset.ItemCount);
        var scale = foldIn ? FoldInFit.Fit(content, RowsExport.WholeItems(content, scale: 1).ToBytes(), out _) : 1;
        var file = packed(scale);
        var bytes = sizeof(float) * (content.Rows.Users.Length + content.Rows.Items.Length);
        if (bytes < MostBytesInMemory)
            return Recommender.Read(file.ToBytes(), content.Run.Layout.Root);
        var path = Path.Combine(Path.GetTempPath(), $"metaembed-{Guid.NewGuid():n}.metaembed");
        try
        {
            file.Write(path);
            return Recommender.Open(path);
        }
        finally
        {
            // The map keeps the bytes where the system lets go of a name first; elsewhere the file stays until it is swept.
            if (File.Exists(path) && !OperatingSystem.IsWindows())
                File.Delete(path);
        }
    }
}
