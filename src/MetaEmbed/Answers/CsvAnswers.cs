using System.Globalization;
using System.Text;

namespace MetaEmbed.Answers;

/// <summary>Answers as comma-separated rows (RFC 4180), a row for each item of each list.</summary>
internal sealed class CsvAnswers : IAnswerWriter
{
    private readonly StreamWriter _text;
    private readonly AnswerTable _table;

    public CsvAnswers(Stream stream, AnswerTable table)
    {
        _table = table;
        _text = new StreamWriter(stream, new UTF8Encoding(false), 1 << 16, leaveOpen: true) { NewLine = "\n" };
        _text.WriteLine($"user,rank,item{(table.HasTitles ? ",title" : "")},score{(table.HasSource ? ",source" : "")}");
    }

    public void Write(IReadOnlyList<Answer> answers)
    {
        foreach (var answer in answers)
        {
            var user = Cell(answer.User);
            var rank = 0;
            foreach (var (item, score) in answer.Items.Span)
            {
                _text.Write(user);
                _text.Write(string.Create(CultureInfo.InvariantCulture, $",{++rank},"));
                _text.Write(Cell(_table.Items.NameOf(item)));
                if (_table.HasTitles)
                {
                    _text.Write(',');
                    _text.Write(Cell(_table.Items.TitleOf(item) ?? ""));
                }

                _text.Write(string.Create(CultureInfo.InvariantCulture, $",{score}"));
                if (_table.HasSource)
                    _text.Write(answer.FromModel ? ",model" : ",popular");
                _text.Write('\n');
            }
        }
    }

    public void Dispose() => _text.Dispose();

    private static string Cell(string text) =>
        text.AsSpan().IndexOfAny("\",\n\r") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
