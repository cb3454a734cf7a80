using System.Text;
using MetaEmbed.Inference;
using nietras.SeparatedValues;

namespace MetaEmbed.Serving.Items;

/// <summary>What is known about items besides the model: a table with a header and a row for each item, for filters and titles.</summary>
internal sealed class ItemCatalog
{
    private static readonly string[] ItemNames = ["item", "itemid", "id", "sku", "asin", "movieid", "productid", "key", "name"];
    private static readonly string[] TitleNames = ["title", "name", "label", "product", "description"];

    private ItemCatalog(IReadOnlyList<CatalogColumn> columns, CatalogColumn? titles, int rows, int unknown) =>
        (Columns, Titles, Rows, Unknown) = (columns, titles, rows, unknown);

    /// <summary>Its columns, that of the ids left out.</summary>
    public IReadOnlyList<CatalogColumn> Columns { get; }

    /// <summary>The column shown to people; null where none is known to be one.</summary>
    public CatalogColumn? Titles { get; }

    /// <summary>Rows whose item the model has.</summary>
    public int Rows { get; }

    /// <summary>Rows of other items.</summary>
    public int Unknown { get; }

    /// <summary>The column of a name; null where there is none.</summary>
    public CatalogColumn? Find(string name) => Columns.FirstOrDefault(column => column.Name == name);

    /// <summary>Reads a table.</summary>
    /// <param name="path">The file: UTF-8, fields separated by comma, semicolon, tab or bar, quotes as in RFC 4180.</param>
    /// <param name="items">Ids of the model's items.</param>
    /// <param name="itemColumn">Column of ids; empty to find it.</param>
    /// <exception cref="UserMistakeException">It cannot be read, or has no such column.</exception>
    public static ItemCatalog Read(string path, NameTable items, string itemColumn)
    {
        try
        {
            using var file = new StreamReader(path, Encoding.UTF8);
            using var reader = Sep.Reader(options => options with { Unescape = true, DisableColCountCheck = true }).From(file);
            return Read(reader, path, items, itemColumn);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new UserMistakeException(path, null, "there is no such file", "check the name of the catalog", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException or NotSupportedException or ArgumentException)
        {
            throw new UserMistakeException(path, null, $"is no table that can be read ({error.Message})", "give a CSV file with a header", error);
        }
    }

    private static ItemCatalog Read(SepReader reader, string path, NameTable items, string itemColumn)
    {
        var names = reader.Header.ColNames.ToArray();
        if (names.Length == 0)
            throw new UserMistakeException(path, null, "is empty", "give a CSV file with a header");
        var key = itemColumn.Length > 0 ? Array.IndexOf(names, itemColumn) : Math.Max(0, Place(names, ItemNames));
        if (key < 0)
            throw new UserMistakeException(path, 1, $"there is no column '{itemColumn}'; there are {string.Join(", ", names)}", "name the column of ids with --catalog-item");
        var columns = names.Select(name => new CatalogColumn(name, items.Count)).ToArray();
        var (rows, unknown) = (0, 0);
        foreach (var row in reader)
        {
            if (row.ColCount != names.Length)
                throw new UserMistakeException(path, row.LineNumberFrom, $"has {row.ColCount} fields, the header has {names.Length}", "mend the line");
            var item = items.Find(row[key].Span.Trim().ToString());
            if (item < 0)
            {
                unknown++;
                continue;
            }

            rows++;
            for (var column = 0; column < names.Length; column++)
            {
                if (column != key)
                    columns[column].Set(item, row[column].Span.Trim().ToString());
            }
        }

        foreach (var column in columns)
            column.Finish();
        var others = columns.Where((_, place) => place != key).ToArray();
        var title = Place([.. others.Select(column => column.Name)], TitleNames);
        return new ItemCatalog(others, title < 0 ? null : others[title], rows, unknown);
    }

    // The first of the wanted names that a column has; case, spaces and signs do not count.
    private static int Place(string[] names, string[] wanted)
    {
        var plain = names.Select(name => string.Concat(name.Where(char.IsLetterOrDigit)).ToLowerInvariant()).ToArray();
        return wanted.Select(name => Array.IndexOf(plain, name)).FirstOrDefault(place => place >= 0, -1);
    }
}
