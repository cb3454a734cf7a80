using System.Globalization;
using System.IO.Compression;
using MetaEmbed.Data.Events;
using MetaEmbed.Import.Columns;
using MetaEmbed.Import.Sources;
using MetaEmbed.Inference;

namespace MetaEmbed.Import.Readers;

/// <summary>
/// Events from a sparse matrix as SciPy's <c>save_npz</c> writes it (CSR, CSC or COO): rows are users, columns are
/// items, a stored value is rating and weight. Stored zeros are no events.
/// </summary>
internal sealed class NpzSource(SourceFile file) : Source(file, SourceFormat.Npz, new ChosenColumns(["row", "column", "value"], 0, 1, -1, 2, 2, false))
{
    /// <summary>Refuses what is no such matrix.</summary>
    public static NpzSource Open(SourceFile file)
    {
        Guarded(file, archive => Array(file, archive, "format").Dispose());
        return new NpzSource(file);
    }

    protected override void Read(RowIntake intake) => Guarded(File, archive =>
    {
        using var formatEntry = Array(File, archive, "format");
        var format = formatEntry.Text();
        using var values = Array(File, archive, "data");
        switch (format)
        {
            case "coo":
                using (var rows = Array(File, archive, "row"))
                using (var columns = Array(File, archive, "col"))
                {
                    RequireEqual(rows.Length, columns.Length, values.Length);
                    for (var number = 1L; number <= rows.Length; number++)
                        Pair(intake, number, rows.NextWhole(), columns.NextWhole(), values.NextNumber());
                }

                break;
            case "csr" or "csc":
                using (var starts = Array(File, archive, "indptr"))
                using (var indices = Array(File, archive, "indices"))
                {
                    RequireEqual(indices.Length, values.Length, values.Length);
                    Compressed(intake, starts, indices, values, byColumn: format == "csc");
                }

                break;
            default:
                throw new UserMistakeException(File.Name, null, $"holds a matrix of the format '{EventName.Shown(format)}'", "convert it with .tocsr() before save_npz");
        }
    });

    private void Compressed(RowIntake intake, NpyStream starts, NpyStream indices, NpyStream values, bool byColumn)
    {
        var number = 0L;
        var end = starts.Length == 0 ? 0 : starts.NextWhole();
        for (var major = 0L; major < starts.Length - 1; major++)
        {
            var next = starts.NextWhole();
            if (next < end || next > indices.Length)
                throw new UserMistakeException(File.Name, null, $"is damaged: row starts go from {end} to {next}, of {indices.Length} entries", "get it again");
            for (; end < next; end++)
            {
                var minor = indices.NextWhole();
                Pair(intake, ++number, byColumn ? minor : major, byColumn ? major : minor, values.NextNumber());
            }
        }

        if (number != indices.Length)
            throw new UserMistakeException(File.Name, null, $"is damaged: row starts end at {number}, of {indices.Length} entries", "get it again");
    }

    private static void Pair(RowIntake intake, long number, long user, long item, double value)
    {
        Span<char> text = stackalloc char[40];
        user.TryFormat(text, out var first, default, CultureInfo.InvariantCulture);
        item.TryFormat(text[20..], out var second, default, CultureInfo.InvariantCulture);
        if (user < 0 || item < 0)
            intake.Reject(number, $"entry ({user}, {item}) lies outside of the matrix");
        else if (!double.IsFinite(value) || value == 0)
            intake.Reject(number, $"the value of ({user}, {item}) is {(value == 0 ? "0" : "no number")}");
        else
            intake.Add(number, text[..first], text.Slice(20, second), Data.Events.EventBatch.NoTime, value, value);
    }

    private void RequireEqual(long first, long second, long third)
    {
        if (first != second || second != third)
            throw new UserMistakeException(File.Name, null, $"is damaged: its arrays have {first}, {second} and {third} elements", "get it again");
    }

    private static NpyStream Array(SourceFile file, ZipArchive archive, string name)
    {
        if (archive.GetEntry(name + ".npy") is { } entry)
            return new NpyStream($"{file.Name} ({name}.npy)", entry.Open());
        throw new UserMistakeException(file.Name, null, $"is no sparse matrix of SciPy: it has no {name}.npy", "write it with scipy.sparse.save_npz");
    }

    private static void Guarded(SourceFile file, Action<ZipArchive> read)
    {
        using var stream = file.OpenFile();
        try
        {
            using var archive = new ZipArchive(stream, ZipArchiveMode.Read);
            read(archive);
        }
        catch (Exception failure) when (failure is InvalidDataException or EndOfStreamException or OverflowException)
        {
            throw new UserMistakeException(file.Name, null, "is damaged or cut off", "get it again, or write it anew with scipy.sparse.save_npz", failure);
        }
    }
}
