using MetaEmbed.Import.Columns;
using MetaEmbed.Import.Sources;
using MetaEmbed.Inference;

namespace MetaEmbed.Import.Readers;

/// <summary>Looks at a source and picks its reader.</summary>
internal static class SourceOpening
{
    /// <summary>Recognises format and columns.</summary>
    /// <param name="file">The source.</param>
    /// <param name="request">What was asked for.</param>
    /// <exception cref="UserMistakeException">It cannot be opened or understood.</exception>
    public static Source Open(SourceFile file, ImportRequest request)
    {
        var head = TextSample.Head(file, out var packing);
        var format = request.Format == SourceFormat.Auto ? SourceFormats.Recognise(file, head) : request.Format;
        if (format is SourceFormat.Parquet or SourceFormat.Sqlite or SourceFormat.Npz && packing.Length > 0)
            throw new UserMistakeException(file.Name, null, $"is packed with {packing}, and {SourceFormats.NameOf(format)} must be read at random", "unpack it");
        switch (format)
        {
            case SourceFormat.Parquet:
                return ParquetSource.Open(file, request.Columns);
            case SourceFormat.Sqlite:
                return SqliteSource.Open(file, request.Table, request.Columns);
            case SourceFormat.Npz:
                return NpzSource.Open(file);
        }

        var sample = TextSample.Of(file, head);
        if (format == SourceFormat.JsonLines)
            return JsonLinesSource.Open(file, head, request.Columns);
        if (format == SourceFormat.Text || (request.Format == SourceFormat.Auto && InteractionTextSource.Recognises(file, sample)))
            return new InteractionTextSource(file);
        var layout = TableLayout.Of(file, sample, format, request.Style, request.Columns);
        var columns = ColumnFinder.Find(file.Name, layout.Names, layout.HasHeader, layout.Rows, request.Columns, new ColumnNeeds(false, false, false));
        return new TableSource(file, format, layout, columns);
    }
}
