using MetaEmbed.Import.Columns;
using MetaEmbed.Import.Sources;

namespace MetaEmbed.Import.Readers;

/// <summary>Looks at a source and picks its reader.</summary>
internal static class SourceOpening
{
    /// <summary>Recognises format and columns.</summary>
    /// <param name="file">The source.</param>
    /// <param name="request">What was asked for.</param>
    /// <exception cref="Inference.UserMistakeException">It cannot be opened or understood.</exception>
    public static Source Open(SourceFile file, ImportRequest request)
    {
        var head = TextSample.Head(file, out _);
        var format = request.Format == SourceFormat.Auto ? SourceFormats.Recognise(file, head) : request.Format;
        var sample = TextSample.Of(file, head);
        var layout = TableLayout.Of(file, sample, format, request.Style, request.Columns);
        var columns = ColumnFinder.Find(file.Name, layout.Names, layout.HasHeader, layout.Rows, request.Columns, new ColumnNeeds(false, false, false));
        return new TableSource(file, format, layout, columns);
    }
}
