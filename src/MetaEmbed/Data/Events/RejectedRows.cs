using MetaEmbed.Inference;

namespace MetaEmbed.Data.Events;

/// <summary>A row that could not be used.</summary>
/// <param name="File">The file.</param>
/// <param name="Line">Its line, or the row's number where the format has no lines; from 1.</param>
/// <param name="Reason">Why not.</param>
public sealed record RejectedRow(string File, long Line, string Reason);

/// <summary>Counts rows that cannot be used, and keeps the first ones to show.</summary>
/// <param name="strict">Whether the first one is a mistake that ends the import.</param>
public sealed class RejectedRows(bool strict)
{
    /// <summary>How many rows are kept to show.</summary>
    public const int Shown = 5;

    private readonly List<RejectedRow> _first = [];

    /// <summary>Number of rows.</summary>
    public long Count { get; private set; }

    /// <summary>The first of them.</summary>
    public IReadOnlyList<RejectedRow> First => _first;

    /// <summary>Counts a row.</summary>
    /// <param name="file">The file.</param>
    /// <param name="line">Its line, from 1.</param>
    /// <param name="reason">Why it cannot be used, as a clause: <c>the item is empty</c>.</param>
    /// <exception cref="UserMistakeException">Rows that cannot be used are refused.</exception>
    public void Add(string file, long line, string reason)
    {
        if (strict)
            throw new UserMistakeException(file, line, reason, "mend the row, or leave --strict out to go on without it");
        Count++;
        if (_first.Count < Shown)
            _first.Add(new RejectedRow(file, line, reason));
    }
}
