using MetaEmbed.Data.Events;
using MetaEmbed.Import.Columns;
using MetaEmbed.Import.Sources;
using MetaEmbed.Inference;
using Parquet;
using Parquet.Schema;

namespace MetaEmbed.Import.Readers;

/// <summary>Events from a Parquet file, row group by row group; only the columns that are needed are read.</summary>
internal sealed class ParquetSource(SourceFile file, ChosenColumns columns) : Source(file, SourceFormat.Parquet, columns)
{
    /// <summary>Finds the columns in the schema.</summary>
    public static ParquetSource Open(SourceFile file, ColumnRequest request)
    {
        using var stream = file.OpenFile();
        var reader = Guarded(file, () => ParquetReader.CreateAsync(stream));
        try
        {
            string[] names = [.. Fields(file, reader).Select(field => field.Name)];
            if (names.Length == 0)
                throw new UserMistakeException(file.Name, null, "has no column of plain values", "give a table with a column for users and one for items");
            return new ParquetSource(file, ColumnFinder.Find(file.Name, names, true, [], request, new ColumnNeeds(false, false, false)));
        }
        finally
        {
            Close(reader);
        }
    }

    protected override void Read(RowIntake intake)
    {
        using var stream = File.OpenFile();
        var reader = Guarded(File, () => ParquetReader.CreateAsync(stream));
        try
        {
            var fields = Fields(File, reader);
            var user = ParquetColumn.Of(File.Name, fields[Columns.User]);
            var item = ParquetColumn.Of(File.Name, fields[Columns.Item]);
            var time = Needs.Times ? ParquetColumn.Of(File.Name, fields[Columns.Time]) : null;
            var rating = Needs.Ratings ? ParquetColumn.Of(File.Name, fields[Columns.Rating]) : null;
            var weight = Needs.Weights ? ParquetColumn.Of(File.Name, fields[Columns.Weight]) : null;
            var before = 0L;
            for (var index = 0; index < reader.RowGroupCount; index++)
            {
                var count = Load(reader, index, [user, item, time, rating, weight]);
                for (var row = 0; row < count; row++)
                    Row(intake, before + row + 1, row, user, item, time, rating, weight);
                before += count;
            }
        }
        finally
        {
            Close(reader);
        }
    }

    private static void Row(RowIntake intake, long number, int row, ParquetColumn user, ParquetColumn item, ParquetColumn? time, ParquetColumn? rating, ParquetColumn? weight)
    {
        var moment = EventBatch.NoTime;
        var (stars, load) = (double.NaN, 1.0);
        if (time is not null && !time.TryTime(row, intake.Clock, out moment))
            intake.Reject(number, $"the time '{EventName.Shown(time.Text(row))}' is neither a number nor an ISO date");
        else if (rating is not null && !rating.TryNumber(row, out stars))
            intake.Reject(number, $"the rating '{EventName.Shown(rating.Text(row))}' is no number");
        else if (weight is not null && !weight.TryNumber(row, out load))
            intake.Reject(number, $"the weight '{EventName.Shown(weight.Text(row))}' is no number");
        else
            intake.Add(number, user.Text(row), item.Text(row), moment, stars, load);
    }

    private int Load(ParquetReader reader, int index, ParquetColumn?[] columns) => Guarded(File, async () =>
    {
        using var group = reader.OpenRowGroupReader(index);
        var count = checked((int)group.RowCount);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        foreach (var column in columns)
        {
            if (column is not null)
                await column.Load(group, count);
        }

        return count;
    });

    private static DataField[] Fields(SourceFile file, ParquetReader reader) => Guarded(
        file, () => Task.FromResult(reader.Schema.DataFields.Where(field => field.MaxRepetitionLevel == 0 && field.Path.Length == 1).ToArray()));

    // What the library throws on damaged bytes is of every kind.
    private static T Guarded<T>(SourceFile file, Func<Task<T>> read)
    {
        try
        {
            return Task.Run(read).GetAwaiter().GetResult();
        }
        catch (Exception failure) when (failure is not (OperationCanceledException or UserMistakeException or UnauthorizedAccessException))
        {
            throw new UserMistakeException(
                file.Name, null, $"is no whole Parquet file, or of a kind that is not known ({failure.Message.ReplaceLineEndings(" ").TrimEnd('.')})", "get it again, or convert it to CSV", failure);
        }
    }

    private static void Close(ParquetReader reader) => Task.Run(async () => await reader.DisposeAsync()).GetAwaiter().GetResult();
}
