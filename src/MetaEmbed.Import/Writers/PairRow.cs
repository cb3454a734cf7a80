namespace MetaEmbed.Import.Writers;

/// <summary>A pair of a dataset as a table has it.</summary>
/// <param name="User">Name of the user, or the number where there is no name.</param>
/// <param name="Item">Name of the item, or the number.</param>
/// <param name="Title">Title of the item; null where items have none.</param>
/// <param name="Set">train or test; null where a file is one of them.</param>
public readonly record struct PairRow(string User, string Item, string? Title, string? Set);

/// <summary>Formats that tables are written in.</summary>
public enum TableFormat
{
    /// <summary>Comma-separated, with a header.</summary>
    Csv,

    /// <summary>Tab-separated, with a header.</summary>
    Tsv,

    /// <summary>One JSON object a line.</summary>
    Jsonl,

    /// <summary>Apache Parquet.</summary>
    Parquet,

    /// <summary>Lines of <c>user item item ...</c>.</summary>
    Text,
}
