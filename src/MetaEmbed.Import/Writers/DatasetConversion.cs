using MetaEmbed.Data;
using MetaEmbed.Data.Events;
using MetaEmbed.Inference;
using MetaEmbed.Storage;

namespace MetaEmbed.Import.Writers;

/// <summary>Datasets in other formats.</summary>
public static class DatasetConversion
{
    /// <summary>Writes the two parts of a dataset as files named train and test, which import takes back as they are.</summary>
    /// <param name="dataset">The dataset.</param>
    /// <param name="names">Its names.</param>
    /// <param name="format">The format.</param>
    /// <param name="folder">Folder to write into, which must not exist yet.</param>
    /// <returns>The files.</returns>
    /// <exception cref="UserMistakeException">The folder is there, or cannot be written.</exception>
    public static IReadOnlyList<string> Convert(Dataset dataset, EntityNames names, TableFormat format, string folder)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        ArgumentNullException.ThrowIfNull(names);
        ImportedFolder.RequireEmpty(folder);
        using var staged = new StagedFolder(folder);
        string[] files = format == TableFormat.Text
            ? [DatasetFolder.TrainFile, DatasetFolder.TestFile]
            : [$"train.{Ending(format)}", $"test.{Ending(format)}"];
        if (format == TableFormat.Text)
        {
            DatasetFolder.Write(staged.Root, dataset);
        }
        else
        {
            AtomicFile.Write(Path.Combine(staged.Root, files[0]), stream => TableWriter.Write(stream, format, Rows(dataset.Train, names, null), names.HasTitles, false));
            AtomicFile.Write(Path.Combine(staged.Root, files[1]), stream => TableWriter.Write(stream, format, Rows(dataset.Test, names, null), names.HasTitles, false));
        }

        staged.Publish();
        return [.. files.Select(file => Path.Combine(folder, file))];
    }

    /// <summary>Writes a dataset as one table, whose column set says train or test.</summary>
    /// <param name="dataset">The dataset.</param>
    /// <param name="names">Its names.</param>
    /// <param name="file">The file; its ending names the format. It is replaced as a whole.</param>
    /// <exception cref="UserMistakeException">The ending names no format, or the file cannot be written.</exception>
    public static void Export(Dataset dataset, EntityNames names, string file)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        ArgumentNullException.ThrowIfNull(names);
        var ending = Path.GetExtension(file).TrimStart('.');
        var formats = Enum.GetValues<TableFormat>().Where(format => format != TableFormat.Text).ToDictionary(Ending);
        if (!formats.TryGetValue(ending, out var format))
            throw new UserMistakeException(file, null, $"the ending '{ending}' names no format of a table", $"end the name in .{string.Join(", .", formats.Keys)}");
        var rows = Rows(dataset.Train, names, "train").Concat(Rows(dataset.Test, names, "test"));
        AtomicFile.Write(file, stream => TableWriter.Write(stream, format, rows, names.HasTitles, true));
    }

    private static string Ending(TableFormat format) => format.ToString().ToLowerInvariant();

    private static IEnumerable<PairRow> Rows(Interactions pairs, EntityNames names, string? set)
    {
        for (var user = 0; user < pairs.UserCount; user++)
        {
            foreach (var item in pairs.Of(user).ToArray())
                yield return new PairRow(names.OfUser(user), names.OfItem(item), names.TitleOf(item), set);
        }
    }
}
