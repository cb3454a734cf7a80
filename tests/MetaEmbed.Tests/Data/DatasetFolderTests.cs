using MetaEmbed.Data;
using MetaEmbed.Inference;

namespace MetaEmbed.Tests.Data;

public sealed class DatasetFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Counts_come_from_both_files()
    {
        _folder.Write("train.txt", "0 1 2\n1 0\n");
        _folder.Write("test.txt", "0 7 7\n4\n");
        var data = DatasetFolder.Open(_folder.Path);
        Assert.Equal(5, data.UserCount);
        Assert.Equal(8, data.ItemCount);
        Assert.Equal(5, data.Test.UserCount);
        Assert.Equal(8, data.Test.ItemCount);
        Assert.Equal("0:1,2 1:0 2: 3: 4:", InteractionTextFormatTests.Show(data.Train));
        Assert.Equal("0:7 1: 2: 3: 4:", InteractionTextFormatTests.Show(data.Test));
        Assert.Equal(Path.GetFileName(_folder.Path), data.Name);
    }

    [Fact]
    public void An_item_in_both_files_names_both_lines()
    {
        _folder.Write("train.txt", "0 1 2\n1 0\n\n2 5 3\n");
        _folder.Write("test.txt", "0 3\n2 4 3\n");
        var mistake = Assert.Throws<UserMistakeException>(() => DatasetFolder.Open(_folder.Path));
        Assert.Equal($"{_folder.File("test.txt")}:2: item 3 of user 2 is in train.txt too (line 4); take it out of one of the two files.", mistake.Message);
    }

    [Fact]
    public void An_item_twice_in_both_files_names_its_own_line_in_each()
    {
        _folder.Write("train.txt", "0 1\n0 2\n");
        _folder.Write("test.txt", "0 3\n0 2\n0 2\n");
        var mistake = Assert.Throws<UserMistakeException>(() => DatasetFolder.Open(_folder.Path));
        Assert.Equal(2, mistake.Line);
        Assert.Contains("(line 2)", mistake.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, false, "holds neither train.txt nor test.txt")]
    [InlineData(true, false, "holds train.txt but no test.txt; move a part of each user's items, say a fifth")]
    [InlineData(false, true, "holds test.txt but no train.txt")]
    public void A_missing_file_is_named(bool train, bool test, string expected)
    {
        if (train)
            _folder.Write("train.txt", "0 1\n");
        if (test)
            _folder.Write("test.txt", "0 1\n");
        var mistake = Assert.Throws<UserMistakeException>(() => DatasetFolder.Open(_folder.Path));
        Assert.StartsWith($"{_folder.Path}: {expected}", mistake.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_folder_and_a_file_in_its_place_are_named()
    {
        Assert.Contains("no such folder", Assert.Throws<UserMistakeException>(() => DatasetFolder.Open(_folder.File("none"))).Message, StringComparison.Ordinal);
        var file = _folder.Write("train.txt", "0 1\n");
        Assert.Contains("is a file, not a folder", Assert.Throws<UserMistakeException>(() => DatasetFolder.Open(file)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0 1\n1000000 2\n", "0 3\n", "train.txt:2: user id 1000000 would make 1000001 users")]
    [InlineData("0 1\n", "0 3\n\n0 2 99999999\n", "test.txt:3: item id 99999999 would make 100000000 items")]
    public void Ids_with_vast_gaps_are_refused_before_memory_is_asked_for(string train, string test, string expected)
    {
        _folder.Write("train.txt", train);
        _folder.Write("test.txt", test);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var mistake = Assert.Throws<UserMistakeException>(() => DatasetFolder.Open(_folder.Path));
        Assert.StartsWith(_folder.File(expected), mistake.Message, StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4_000_000);
    }

    [Fact]
    public void Ids_below_a_million_may_have_gaps()
    {
        _folder.Write("train.txt", "999999 999999\n");
        _folder.Write("test.txt", "0 3\n");
        var data = DatasetFolder.Open(_folder.Path);
        Assert.Equal(1_000_000, data.UserCount);
        Assert.Equal(1_000_000, data.ItemCount);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(int.MaxValue)]
    public void A_limit_that_32_bits_cannot_hold_is_refused(int limit) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new DatasetOptions { MaxId = limit });

    [Fact]
    public void A_train_file_without_items_and_an_empty_test_file_are_refused()
    {
        _folder.Write("train.txt", "0\n1\n");
        _folder.Write("test.txt", "0 1\n");
        Assert.Contains("no user has an item", Assert.Throws<UserMistakeException>(() => DatasetFolder.Open(_folder.Path)).Message, StringComparison.Ordinal);
        _folder.Write("train.txt", "0 0\n");
        _folder.Write("test.txt", "");
        var mistake = Assert.Throws<UserMistakeException>(() => DatasetFolder.Open(_folder.Path));
        Assert.Equal(_folder.File("test.txt"), mistake.File);
        Assert.Equal("is empty", mistake.Found);
    }

    [Fact]
    public void Content_hash_follows_every_byte_and_no_block_size()
    {
        _folder.Write("train.txt", "\uFEFF0 1 2\n1 0\n");
        _folder.Write("test.txt", "0 3\n");
        var hash = DatasetFolder.Open(_folder.Path).ContentHash;
        Assert.Equal(32, hash.Length);
        Assert.Equal(hash, DatasetFolder.Open(_folder.Path, new DatasetOptions { BlockSize = 3 }).ContentHash);
        _folder.Write("test.txt", "0 3 \n");
        var other = DatasetFolder.Open(_folder.Path);
        Assert.NotEqual(hash, other.ContentHash);
    }

    [Theory]
    [InlineData("gowalla", 29_858, 40_981, 810_128, 217_242)]
    [InlineData("amazon-cds", 43_169, 35_648, 604_475, 172_951)]
    [InlineData("lastfm", 1_892, 4_489, 42_135, 10_533)]
    public void Published_datasets_have_their_counts(string name, int users, int items, int train, int test)
    {
        var data = DatasetFolder.Open(Shared.Require($"datasets/{name}"), new DatasetOptions { Cache = DatasetCache.Off });
        Assert.Equal(name, data.Name);
        Assert.Equal(users, data.UserCount);
        Assert.Equal(items, data.ItemCount);
        Assert.Equal(train, data.Train.Count);
        Assert.Equal(test, data.Test.Count);
    }
}
