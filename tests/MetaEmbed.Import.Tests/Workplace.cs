using MetaEmbed.Data;
using MetaEmbed.Data.Events;
using MetaEmbed.Import.Columns;
using MetaEmbed.Inference;

namespace MetaEmbed.Import.Tests;

/// <summary>A folder for one test, with files to import and the dataset that comes of them.</summary>
internal sealed class Workplace : IDisposable
{
    public Workplace() => Root = Directory.CreateTempSubdirectory("metaembed-import-").FullName;

    public string Root { get; }

    public string Out => this["out"];

    public string this[string name] => Path.Combine(Root, name);

    public string Write(string name, string text)
    {
        File.WriteAllText(this[name], text);
        return this[name];
    }

    public string Write(string name, byte[] bytes)
    {
        File.WriteAllBytes(this[name], bytes);
        return this[name];
    }

    /// <summary>Imports files with default settings, as they are changed.</summary>
    public ImportReport Import(string[] files, Func<ImportRequest, ImportRequest>? change = null) =>
        Importer.Run((change ?? (request => request))(new ImportRequest(files, Out)));

    /// <summary>Imports one text.</summary>
    public ImportReport Import(string name, string text, Func<ImportRequest, ImportRequest>? change = null) => Import([Write(name, text)], change);

    /// <summary>The mistake of an import, which leaves nothing behind.</summary>
    public UserMistakeException Mistake(string[] files, Func<ImportRequest, ImportRequest>? change = null)
    {
        var before = Directory.GetFileSystemEntries(Root).Order().ToArray();
        var mistake = Assert.Throws<UserMistakeException>(() => Import(files, change));
        Assert.Equal(before, Directory.GetFileSystemEntries(Root).Order());
        Assert.DoesNotContain('\n', mistake.Message);
        return mistake;
    }

    /// <summary>Pairs of a file of the dataset by name: <c>user item</c>, sorted.</summary>
    public string[] Pairs(string file, string folder = "", bool ownItems = false)
    {
        var users = File.ReadAllLines(Path.Combine(Out, folder, EntityNames.UserFile));
        var items = File.ReadAllLines(Path.Combine(Out, ownItems ? folder : "", EntityNames.ItemFile));
        return
        [
            .. File.ReadLines(Path.Combine(Out, folder, file)).Select(line => line.Split(' '))
                .SelectMany(parts => parts.Skip(1).Select(item => $"{users[int.Parse(parts[0])]} {items[int.Parse(item)]}"))
                .Order(StringComparer.Ordinal),
        ];
    }

    /// <summary>All pairs of the dataset.</summary>
    public string[] AllPairs() => [.. Pairs(DatasetFolder.TrainFile).Concat(Pairs(DatasetFolder.TestFile)).Order(StringComparer.Ordinal)];

    public void Dispose() => Directory.Delete(Root, recursive: true);
}

/// <summary>Short ways to change a request.</summary>
internal static class Requests
{
    public static ImportRequest Split(this ImportRequest request, SplitOptions options) => request with { Split = options, SplitIsChosen = true };

    public static ImportRequest Columns(this ImportRequest request, string? user = null, string? item = null, string? time = null, string? rating = null, string? weight = null) =>
        request with { Columns = new ColumnRequest(user, item, time, rating, weight) };
}
