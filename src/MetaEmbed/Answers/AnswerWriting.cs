using MetaEmbed.Inference;

namespace MetaEmbed.Answers;

/// <summary>The list of one user, on its way to a file.</summary>
/// <param name="User">The user, as people name them.</param>
/// <param name="Items">The list, best first.</param>
/// <param name="FromModel">Whether the model gave it; false for popular items in its place.</param>
public readonly record struct Answer(string User, ReadOnlyMemory<Recommendation> Items, bool FromModel);

/// <summary>What the rows of a table of answers hold.</summary>
/// <param name="Items">Names and titles of items.</param>
/// <param name="HasTitles">Whether there is a column of titles.</param>
/// <param name="HasSource">Whether there is a column that says model or popular.</param>
public sealed record AnswerTable(EntityLookup Items, bool HasTitles, bool HasSource);

/// <summary>Writes answers in some format, piece by piece.</summary>
public interface IAnswerWriter : IDisposable
{
    /// <summary>Writes the lists of some users.</summary>
    /// <param name="answers">The lists.</param>
    void Write(IReadOnlyList<Answer> answers);
}

/// <summary>A format of tables of answers: one row for each item of each list, or one line for each list.</summary>
/// <param name="Name">Its name, which is the ending of files too.</param>
/// <param name="Open">Starts a file; the stream stays open when the writer is disposed.</param>
public sealed record AnswerFormat(string Name, Func<Stream, AnswerTable, IAnswerWriter> Open)
{
    /// <summary>Comma-separated: <c>user,rank,item,title,score,source</c>, without title and source where there are none.</summary>
    public static AnswerFormat Csv { get; } = new("csv", (stream, table) => new CsvAnswers(stream, table));

    /// <summary>One JSON object a user and line: <c>{"user":...,"source":...,"items":[{"item":...,"title":...,"score":...}]}</c>.</summary>
    public static AnswerFormat JsonLines { get; } = new("jsonl", (stream, table) => new JsonAnswers(stream, table));
}
