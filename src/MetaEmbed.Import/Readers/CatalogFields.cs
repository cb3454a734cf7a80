using MetaEmbed.Data;
using MetaEmbed.Data.Events;
using MetaEmbed.Import.Sources;
using MetaEmbed.Inference;
using nietras.SeparatedValues;

namespace MetaEmbed.Import.Readers;

/// <summary>Reads the catalog of a dataset folder, to filter and to describe items by.</summary>
public static class CatalogFields
{
    /// <summary>The catalog; null where the folder has none.</summary>
    /// <param name="folder">The dataset's folder.</param>
    /// <param name="itemCount">Items of the dataset: each has a row.</param>
    /// <exception cref="UserMistakeException">It is damaged or has another number of rows.</exception>
    public static ItemFields? Read(string folder, int itemCount)
    {
        var path = Path.Combine(folder, Catalog.FileName);
        if (!File.Exists(path))
            return null;
        string[]? names = null;
        string[][] cells = [];
        var item = 0;
        var line = 0L;
        Compression.Guard(path, () =>
        {
            using var reader = TableLayout.Parser(',', quotes: true).FromFile(path);
            foreach (var row in reader)
            {
                line = row.LineNumberFrom;
                if (names is null)
                {
                    names = new string[row.ColCount];
                    for (var column = 0; column < names.Length; column++)
                        names[column] = row[column].ToString();
                    cells = [.. names.Select(_ => new string[itemCount])];
                    continue;
                }

                if (row.ColCount != names.Length || item == itemCount)
                    throw Damaged(path, line, row.ColCount != names.Length ? $"has {row.ColCount} fields where {names.Length} are expected" : $"is one item more than the dataset has, {itemCount}");
                for (var column = 0; column < names.Length; column++)
                    cells[column][item] = row[column].ToString();
                item++;
            }
        });
        return names is not null && item == itemCount
            ? new ItemFields(names, cells)
            : throw Damaged(path, line, $"is the last of {item} items, the dataset has {itemCount}");
    }

    private static UserMistakeException Damaged(string path, long line, string found) => new(path, line, found, "import the dataset again");
}
