using MetaEmbed.Data.Events;
using MetaEmbed.Inference;
using Microsoft.ML;

namespace MetaEmbed.ML;

/// <summary>The rows of a data view as events; only the columns that are named are asked for.</summary>
internal sealed class DataViewSource : IEventSource
{
    private const string Name = "data view";
    private readonly IDataView _view;
    private readonly DataViewSchema.Column _user;
    private readonly DataViewSchema.Column _item;
    private readonly DataViewSchema.Column? _time;
    private readonly DataViewSchema.Column? _rating;
    private readonly DataViewSchema.Column? _weight;

    public DataViewSource(IDataView view, string user, string item, DataViewColumns columns)
    {
        _view = view;
        (_user, _item) = (Find(user), Find(item));
        (_time, _rating, _weight) = (Optional(columns.Time), Optional(columns.Rating), Optional(columns.Weight));
        // Types are refused before anything is read.
        using var cursor = Open();
        Readers(cursor);
    }

    /// <summary>Column by what it is used for.</summary>
    public Dictionary<string, string> Described => new (string What, DataViewSchema.Column? Column)[] { ("user", _user), ("item", _item), ("time", _time), ("rating", _rating), ("weight", _weight) }
        .Where(pair => pair.Column is not null).ToDictionary(pair => pair.What, pair => pair.Column!.Value.Name);

    /// <inheritdoc/>
    public bool IsTest => false;

    /// <inheritdoc/>
    public void Read(Action<EventBatch> take, RejectedRows rejected)
    {
        using var cursor = Open();
        var readers = Readers(cursor);
        var batch = new EventBatch();
        while (cursor.MoveNext())
        {
            var row = new EventRow();
            if (readers.Fill(ref row) is { } flaw)
            {
                rejected.Add(Name, cursor.Position + 1, flaw);
                continue;
            }

            batch.Append(row.User.Span.Trim(), row.Item.Span.Trim(), row.Time, row.Rating, row.Weight);
            if (!batch.IsFull)
                continue;
            take(batch);
            batch.Clear();
        }

        if (batch.Count > 0)
            take(batch);
    }

    private DataViewRowCursor Open()
    {
        var needed = new[] { _user, _item, _time, _rating, _weight }.OfType<DataViewSchema.Column>();
        return _view.GetRowCursor(needed);
    }

    private RowReaders Readers(DataViewRowCursor cursor) => new(
        TextColumns.Open(cursor, _user),
        TextColumns.Open(cursor, _item),
        _time is { } time ? TimeColumns.Open(cursor, time) : null,
        _rating is { } rating ? NumberColumns.Open(cursor, rating) : null,
        _weight is { } weight ? NumberColumns.Open(cursor, weight) : null);

    private DataViewSchema.Column? Optional(string? name) => name is null ? null : Find(name);

    private DataViewSchema.Column Find(string name) => _view.Schema.GetColumnOrNull(name) ?? throw new UserMistakeException(
        Name, null, $"there is no column '{name}'; the columns are {string.Join(", ", _view.Schema.Where(column => !column.IsHidden).Select(column => column.Name))}", "name one of them");
}
