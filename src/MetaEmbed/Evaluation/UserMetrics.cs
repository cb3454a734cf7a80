using System.Globalization;
using MetaEmbed.Inference;
using MetaEmbed.Storage;

namespace MetaEmbed.Evaluation;

/// <summary>The metrics of each evaluated user.</summary>
public sealed class UserMetrics
{
    private readonly int[] _users;
    private readonly int[] _relevant;
    private readonly int[] _cutoffs;
    private readonly double[] _values;

    internal UserMetrics(int[] users, int[] relevant, int[] cutoffs)
    {
        _users = users;
        _relevant = relevant;
        _cutoffs = cutoffs;
        _values = new double[checked(users.Length * Columns)];
    }

    /// <summary>The users with at least one relevant item, ascending.</summary>
    public ReadOnlySpan<int> Users => _users;

    /// <summary>Names of the metrics: recall, ndcg, precision, hit-rate, mrr, map.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. EvaluationResult.Metrics.Select(metric => metric.Name)];

    private int Columns => EvaluationResult.Metrics.Length * _cutoffs.Length;

    /// <summary>One metric of one user.</summary>
    /// <param name="index">Index into <see cref="Users"/>.</param>
    /// <param name="metric">Its name, one of <see cref="Names"/>.</param>
    /// <param name="cutoff">A cut-off of the evaluation.</param>
    public double Of(int index, string metric, int cutoff)
    {
        var m = Array.FindIndex(EvaluationResult.Metrics, known => known.Name == metric);
        var c = Array.IndexOf(_cutoffs, cutoff);
        if (m < 0 || c < 0)
            throw new ArgumentException($"{metric}@{cutoff} was not evaluated");
        return _values[index * Columns + m * _cutoffs.Length + c];
    }

    /// <summary>One metric of all users, in the order of <see cref="Users"/>.</summary>
    /// <param name="metric">Its name, one of <see cref="Names"/>.</param>
    /// <param name="cutoff">A cut-off of the evaluation.</param>
    public double[] Column(string metric, int cutoff)
    {
        var column = new double[_users.Length];
        for (var index = 0; index < column.Length; index++)
            column[index] = Of(index, metric, cutoff);
        return column;
    }

    /// <summary>
    /// Writes a table: a line for each user, with columns <c>user</c>, <c>relevant</c> (number of relevant items) and
    /// <c>recall@5</c> and so on. Numbers are written so that reading gives back the same bits.
    /// </summary>
    /// <param name="to">Where to write; lines end with a line feed.</param>
    public void WriteCsv(TextWriter to)
    {
        to.Write("user,relevant");
        foreach (var (name, _) in EvaluationResult.Metrics)
            foreach (var k in _cutoffs)
                to.Write(string.Create(CultureInfo.InvariantCulture, $",{name}@{k}"));
        to.Write('\n');
        for (var i = 0; i < _users.Length; i++)
        {
            to.Write(string.Create(CultureInfo.InvariantCulture, $"{_users[i]},{_relevant[i]}"));
            for (var column = 0; column < Columns; column++)
                to.Write(string.Create(CultureInfo.InvariantCulture, $",{_values[i * Columns + column]:R}"));
            to.Write('\n');
        }
    }

    /// <summary>Writes the table to a file, which holds the old content or all of the new, never a part.</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <exception cref="UserMistakeException">It cannot be written.</exception>
    public void SaveCsv(string path) => AtomicFile.Write(path, stream =>
    {
        using var writer = new StreamWriter(stream, bufferSize: 1 << 16, leaveOpen: true);
        WriteCsv(writer);
    });

    internal void Set(int index, int metric, int cutoff, double value) =>
        _values[index * Columns + metric * _cutoffs.Length + cutoff] = value;
}
