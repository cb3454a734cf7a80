using MetaEmbed.Data;
using MetaEmbed.Data.Events;
using MetaEmbed.Inference;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MetaEmbed.ML.Tests;

/// <summary>Data views of every usual kind become datasets.</summary>
public sealed class DataViewTests : IDisposable
{
    private readonly MLContext _ml = new(seed: 1);
    private readonly string _root = Directory.CreateTempSubdirectory("metaembed-ml-").FullName;

    private static List<Order> Orders => [.. Enumerable.Range(0, 60).Select(i => new Order { User = $"u{i % 12}", UserNumber = i % 12, Item = (uint)((i * 7) % 10), Stars = i % 5, At = DateTime.UnixEpoch.AddDays(i) })];

    [Fact]
    public void Texts_and_whole_numbers()
    {
        var data = Dataset.FromDataView(_ml.Data.LoadFromEnumerable(Orders), "User", "Item", Folder("a"), cancellation: TestContext.Current.CancellationToken);
        Assert.Equal((12, 10), (data.UserCount, data.ItemCount));
        var names = EntityNames.Open(Folder("a"), data);
        Assert.Equal("u0", names.OfUser(0));
        Assert.Equal("7", names.OfItem(1));
        var numbers = Dataset.FromDataView(_ml.Data.LoadFromEnumerable(Orders), "UserNumber", "Item", Folder("b"), cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(File.ReadAllText(Path.Combine(Folder("a"), "train.txt")), File.ReadAllText(Path.Combine(Folder("b"), "train.txt")));
        Assert.Equal(12, numbers.UserCount);
    }

    [Fact]
    public void Keys_come_back_as_what_they_were_made_of()
    {
        var view = _ml.Data.LoadFromEnumerable(Orders);
        var keys = _ml.Transforms.Conversion.MapValueToKey("UserKey", "User").Append(_ml.Transforms.Conversion.MapValueToKey("ItemKey", "Item")).Fit(view).Transform(view);
        Dataset.FromDataView(view, "User", "Item", Folder("a"), cancellation: TestContext.Current.CancellationToken);
        Dataset.FromDataView(keys, "UserKey", "ItemKey", Folder("b"), cancellation: TestContext.Current.CancellationToken);
        foreach (var file in new[] { "train.txt", "test.txt", "users.txt", "items.txt" })
            Assert.Equal(File.ReadAllText(Path.Combine(Folder("a"), file)), File.ReadAllText(Path.Combine(Folder("b"), file)));
    }

    [Fact]
    public void Times_split_and_ratings_filter()
    {
        var request = new EventImportRequest(Folder("a")) { Split = new SplitOptions { Split = SplitKind.Time }, Filter = new EventFilter(MinRating: 2) };
        Dataset.FromDataView(_ml.Data.LoadFromEnumerable(Orders), "User", "Item", request, new DataViewColumns { Time = "At", Rating = "Stars" }, TestContext.Current.CancellationToken);
        var manifest = ImportManifest.TryLoad(Folder("a"))!;
        Assert.Equal((60, 24), (manifest.Counts.Rows, manifest.Counts.LowRating));
        Assert.Equal("1970-01-03", manifest.Counts.First);
        Assert.Equal(["item", "rating", "time", "user"], manifest.Sources[0].Columns.Keys.Order());
    }

    [Fact]
    public void A_text_file_by_its_loader()
    {
        var file = Path.Combine(_root, "events.csv");
        File.WriteAllText(file, "user,item\n" + string.Concat(Orders.Select(one => $"{one.User},{one.Item}\n")) + ",3\n");
        var view = _ml.Data.LoadFromTextFile(file, [new TextLoader.Column("user", DataKind.String, 0), new TextLoader.Column("item", DataKind.String, 1)], separatorChar: ',', hasHeader: true);
        Dataset.FromDataView(view, "user", "item", Folder("a"), cancellation: TestContext.Current.CancellationToken);
        Assert.Equal((61, 1), (ImportManifest.TryLoad(Folder("a"))!.Counts.Rows, ImportManifest.TryLoad(Folder("a"))!.Counts.Rejected));
    }

    [Theory]
    [InlineData("there is no column 'Nobody'; the columns are User, UserNumber, Item, Stars, At", "Nobody", "Item", null, null)]
    [InlineData("column 'At' is of the type DateTime, which holds no ids", "User", "At", null, null)]
    [InlineData("column 'User' is of the type String, which is no time", "User", "Item", "User", null)]
    [InlineData("column 'User' is of the type String, which is no number", "User", "Item", null, "User")]
    public void A_column_that_does_not_fit_is_a_mistake(string expected, string user, string item, string? time, string? weight)
    {
        var view = _ml.Data.LoadFromEnumerable(Orders);
        var mistake = Assert.Throws<UserMistakeException>(() =>
            Dataset.FromDataView(view, user, item, Folder("a"), new DataViewColumns { Time = time, Weight = weight }, TestContext.Current.CancellationToken));
        Assert.Contains(expected, mistake.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_root));
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private string Folder(string name) => Path.Combine(_root, name);

    private sealed class Order
    {
        public string User { get; init; } = "";

        public int UserNumber { get; init; }

        public uint Item { get; init; }

        public float Stars { get; init; }

        public DateTime At { get; init; }
    }
}
