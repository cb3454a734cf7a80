using System.Text;

namespace MetaEmbed.Import.Sources;

/// <summary>What a source is written in.</summary>
public enum SourceFormat
{
    /// <summary>Found out by the first bytes and the name.</summary>
    Auto,

    /// <summary>Fields with a separator: comma, semicolon, tab, bar, space, two colons.</summary>
    Csv,

    /// <summary>Fields with a tab between them.</summary>
    Tsv,

    /// <summary>RecBole's atomic file: tab-separated, with a header of <c>name:type</c>.</summary>
    Inter,

    /// <summary>One JSON object a line.</summary>
    JsonLines,

    /// <summary>Apache Parquet.</summary>
    Parquet,

    /// <summary>A sparse matrix of SciPy, users x items.</summary>
    Npz,

    /// <summary>A table of an SQLite database.</summary>
    Sqlite,

    /// <summary>Lines of <c>user item item ...</c>.</summary>
    Text,
}

/// <summary>Recognises formats.</summary>
public static class SourceFormats
{
    /// <summary>What a format is called on the command line.</summary>
    /// <param name="format">The format.</param>
    public static string NameOf(SourceFormat format) => format == SourceFormat.JsonLines ? "jsonl" : format.ToString().ToLowerInvariant();

    private static readonly (string Ending, SourceFormat Format)[] Endings =
    [
        (".csv", SourceFormat.Csv), (".tsv", SourceFormat.Tsv), (".tab", SourceFormat.Tsv), (".inter", SourceFormat.Inter),
        (".jsonl", SourceFormat.JsonLines), (".ndjson", SourceFormat.JsonLines), (".json", SourceFormat.JsonLines),
        (".parquet", SourceFormat.Parquet), (".npz", SourceFormat.Npz),
        (".sqlite", SourceFormat.Sqlite), (".sqlite3", SourceFormat.Sqlite), (".db", SourceFormat.Sqlite),
    ];

    /// <summary>The format of a source: by its first bytes, then by the ending of its name, else fields with a separator.</summary>
    /// <param name="file">The source.</param>
    /// <param name="head">The beginning of its content, unpacked.</param>
    internal static SourceFormat Recognise(SourceFile file, ReadOnlySpan<byte> head)
    {
        if (head.StartsWith("PAR1"u8))
            return SourceFormat.Parquet;
        if (head.StartsWith("SQLite format 3\0"u8))
            return SourceFormat.Sqlite;
        if (head.StartsWith("PK\u0003\u0004"u8))
            return SourceFormat.Npz;
        var name = file.ShortName;
        foreach (var packed in new[] { ".gz", ".zst", ".zstd" })
        {
            if (name.EndsWith(packed, StringComparison.OrdinalIgnoreCase))
                name = name[..^packed.Length];
        }

        foreach (var (ending, format) in Endings)
        {
            if (name.EndsWith(ending, StringComparison.OrdinalIgnoreCase))
                return format;
        }

        var text = head.StartsWith(Encoding.UTF8.Preamble) ? head[Encoding.UTF8.Preamble.Length..] : head;
        return text.TrimStart(" \r\n\t"u8).StartsWith("{"u8) ? SourceFormat.JsonLines : SourceFormat.Csv;
    }

    /// <summary>Whether a name says that its events are test events: the word test or train among its parts.</summary>
    /// <param name="path">The file.</param>
    /// <returns>Whether it does; null where it says neither or both.</returns>
    public static bool? SaysTest(string path)
    {
        var words = Path.GetFileName(path).Split(['.', '_', '-', ' '], StringSplitOptions.RemoveEmptyEntries);
        var test = words.Contains("test", StringComparer.OrdinalIgnoreCase);
        var train = words.Contains("train", StringComparer.OrdinalIgnoreCase);
        return test == train ? null : test;
    }
}
