using MetaEmbed.Answers;
using Parquet;
using Parquet.Schema;

namespace MetaEmbed.Import.Writers;

/// <summary>Answers as an Apache Parquet table, a row for each item of each list; pieces become row groups.</summary>
public sealed class ParquetAnswers : IAnswerWriter
{
    private const int RowsOfGroup = 1 << 19;

    private readonly AnswerTable _table;
    private readonly List<DataField> _fields;
    private readonly ParquetWriter _writer;
    private readonly List<Answer> _waiting = [];
    private int _waitingRows;

    private ParquetAnswers(Stream stream, AnswerTable table)
    {
        _table = table;
        _fields = [new DataField<string>("user"), new DataField<int>("rank"), new DataField<string>("item")];
        if (table.HasTitles)
            _fields.Add(new DataField<string>("title"));
        _fields.Add(new DataField<float>("score"));
        if (table.HasSource)
            _fields.Add(new DataField<string>("source"));
        _writer = Now(() => ParquetWriter.CreateAsync(new ParquetSchema([.. _fields]), stream));
    }

    /// <summary>The format, for a batch.</summary>
    public static AnswerFormat Format { get; } = new("parquet", (stream, table) => new ParquetAnswers(stream, table));

    /// <inheritdoc/>
    public void Write(IReadOnlyList<Answer> answers)
    {
        ArgumentNullException.ThrowIfNull(answers);
        foreach (var answer in answers)
        {
            _waiting.Add(answer);
            _waitingRows += answer.Items.Length;
            if (_waitingRows >= RowsOfGroup)
                WriteGroup();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_waitingRows > 0)
            WriteGroup();
        Now(async () =>
        {
            await _writer.DisposeAsync();
            return true;
        });
    }

    private void WriteGroup()
    {
        var users = new string[_waitingRows];
        var ranks = new int[_waitingRows];
        var items = new string[_waitingRows];
        var titles = new string[_table.HasTitles ? _waitingRows : 0];
        var scores = new float[_waitingRows];
        var sources = new string[_table.HasSource ? _waitingRows : 0];
        var row = 0;
        foreach (var answer in _waiting)
        {
            var rank = 0;
            foreach (var (item, score) in answer.Items.Span)
            {
                (users[row], ranks[row], items[row], scores[row]) = (answer.User, ++rank, _table.Items.NameOf(item), score);
                if (_table.HasTitles)
                    titles[row] = _table.Items.TitleOf(item) ?? "";
                if (_table.HasSource)
                    sources[row] = answer.FromModel ? "model" : "popular";
                row++;
            }
        }

        Now(async () =>
        {
            using var group = _writer.CreateRowGroup();
            var column = 0;
            await group.WriteAsync(_fields[column++], users);
            await group.WriteAsync<int>(_fields[column++], ranks);
            await group.WriteAsync(_fields[column++], items);
            if (_table.HasTitles)
                await group.WriteAsync(_fields[column++], titles);
            await group.WriteAsync<float>(_fields[column++], scores);
            if (_table.HasSource)
                await group.WriteAsync(_fields[column], sources);
            group.CompleteValidate();
            return true;
        });
        _waiting.Clear();
        _waitingRows = 0;
    }

    private static T Now<T>(Func<Task<T>> work) => Task.Run(work).GetAwaiter().GetResult();
}
