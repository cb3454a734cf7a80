using MetaEmbed.Data;
using MetaEmbed.Inference;

namespace MetaEmbed.Tests.Data;

public sealed class DatasetCacheTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _notices = [];
    private readonly DatasetOptions _options;
    private readonly string _data;

    public DatasetCacheTests()
    {
        _data = _folder.File("data");
        Directory.CreateDirectory(_data);
        _folder.Write("data/train.txt", "0 1 2\n1 0\n3 4 2\n");
        _folder.Write("data/test.txt", "0 3 3\n2 1\n");
        _options = new DatasetOptions { Cache = _folder.File("cache"), CacheFrom = 0, Notice = _notices.Add };
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Second_opening_comes_from_the_cache()
    {
        var text = DatasetFolder.Open(_data, _options);
        var file = Assert.Single(Directory.GetFiles(_folder.File("cache")));
        Assert.Equal($"{text.ContentHash}.dataset", Path.GetFileName(file));
        var cached = new DatasetCache(_folder.File("cache")).TryRead("data", text.ContentHash, out var reason);
        Assert.Null(reason);
        AssertSame(text, cached);
        AssertSame(text, DatasetFolder.Open(_data, _options));
        AssertSame(text, DatasetFolder.Open(_data, new DatasetOptions { Cache = "off" }));
        Assert.Empty(_notices);
    }

    [Fact]
    public void It_is_the_cache_that_is_read()
    {
        // Under this content's hash the cache holds other rows: they must come back, or the cache is not used at all.
        var text = DatasetFolder.Open(_data, _options);
        var other = text with { Test = new Interactions(text.ItemCount, [0, 0, 0, 0, 0], []) };
        new DatasetCache(_folder.File("cache")).Write(other);
        Assert.Equal(0, DatasetFolder.Open(_data, _options).Test.Count);
        Assert.Equal(2, DatasetFolder.Open(_data, _options with { Cache = "off" }).Test.Count);
        Assert.Equal(2, DatasetFolder.Open(_data, _options with { CacheFrom = 1 << 20 }).Test.Count);
    }

    [Fact]
    public void Changed_text_never_meets_an_old_cache()
    {
        DatasetFolder.Open(_data, _options);
        _folder.Write("data/test.txt", "0 3 3\n2 0\n");
        Assert.Equal([0], DatasetFolder.Open(_data, _options).Test.Of(2).ToArray());
        Assert.Equal(2, Directory.GetFiles(_folder.File("cache")).Length);
        Assert.Empty(_notices);
    }

    [Fact]
    public void Any_flipped_byte_is_noticed()
    {
        var text = DatasetFolder.Open(_data, _options);
        var cache = new DatasetCache(_folder.File("cache"));
        var file = cache.FileOf(text.ContentHash);
        var good = File.ReadAllBytes(file);
        for (var i = 0; i < good.Length; i++)
        {
            var bad = good.ToArray();
            bad[i] ^= (byte)(1 << (i % 8));
            File.WriteAllBytes(file, bad);
            Assert.Null(cache.TryRead("data", text.ContentHash, out var reason));
            Assert.NotNull(reason);
        }
    }

    [Fact]
    public void Any_cut_or_addition_is_noticed()
    {
        var text = DatasetFolder.Open(_data, _options);
        var cache = new DatasetCache(_folder.File("cache"));
        var file = cache.FileOf(text.ContentHash);
        var good = File.ReadAllBytes(file);
        for (var length = 0; length < good.Length; length++)
        {
            File.WriteAllBytes(file, good[..length]);
            Assert.Null(cache.TryRead("data", text.ContentHash, out var reason));
            Assert.NotNull(reason);
        }

        File.WriteAllBytes(file, [.. good, 0]);
        Assert.Null(cache.TryRead("data", text.ContentHash, out var longer));
        Assert.Contains("bytes long", longer, StringComparison.Ordinal);
    }

    [Fact]
    public void Damaged_cache_is_written_anew_and_the_reason_is_told()
    {
        var text = DatasetFolder.Open(_data, _options);
        var file = new DatasetCache(_folder.File("cache")).FileOf(text.ContentHash);
        var good = File.ReadAllBytes(file);
        var bad = good.ToArray();
        bad[^20] ^= 4;
        File.WriteAllBytes(file, bad);
        AssertSame(text, DatasetFolder.Open(_data, _options));
        Assert.Equal($"{file}: is damaged: its checksum differs; the text is read again.", Assert.Single(_notices));
        Assert.Equal(good, File.ReadAllBytes(file));
    }

    [Fact]
    public void Header_that_asks_for_much_is_refused_before_memory_is()
    {
        var text = DatasetFolder.Open(_data, _options);
        var cache = new DatasetCache(_folder.File("cache"));
        var file = cache.FileOf(text.ContentHash);
        var bad = File.ReadAllBytes(file);
        BitConverter.GetBytes((long)int.MaxValue - 100).CopyTo(bad, 32);
        File.WriteAllBytes(file, bad);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Null(cache.TryRead("data", text.ContentHash, out var reason));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
        Assert.Contains("bytes long", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Cache_of_other_data_and_other_versions_are_not_used()
    {
        var text = DatasetFolder.Open(_data, _options);
        var cache = new DatasetCache(_folder.File("cache"));
        var wrong = new string('0', 32);
        File.Copy(cache.FileOf(text.ContentHash), cache.FileOf(wrong));
        Assert.Null(cache.TryRead("data", wrong, out var reason));
        Assert.Equal("belongs to other data", reason);
        var bytes = File.ReadAllBytes(cache.FileOf(text.ContentHash));
        bytes[16] = 2;
        File.WriteAllBytes(cache.FileOf(text.ContentHash), bytes);
        Assert.Null(cache.TryRead("data", text.ContentHash, out reason));
        Assert.Equal("has format version 2, not 1", reason);
        Assert.Null(cache.TryRead("data", new string('1', 32), out reason));
        Assert.Null(reason);
    }

    [Fact]
    public void Folder_that_cannot_be_made_costs_a_notice_only()
    {
        var blocked = _options with { Cache = _folder.Write("blocked", "a file") };
        Assert.Equal(3, DatasetFolder.Open(_data, blocked).Train.Of(0).Length + DatasetFolder.Open(_data, blocked).Train.Of(1).Length);
        Assert.Equal(2, _notices.Count);
        Assert.StartsWith("the dataset is not kept in the cache: ", _notices[0], StringComparison.Ordinal);
        Assert.Contains("METAEMBED_CACHE=off", _notices[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Lower_limit_of_ids_is_not_bypassed()
    {
        DatasetFolder.Open(_data, _options);
        var mistake = Assert.Throws<UserMistakeException>(() => DatasetFolder.Open(_data, _options with { MaxId = 3 }));
        Assert.Contains("item id '4' is larger than 3", mistake.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Old_entries_are_forgotten_and_other_files_left_alone()
    {
        var cache = _folder.File("cache");
        Directory.CreateDirectory(cache);
        var old = _folder.Write("cache/old.dataset", "x");
        var young = _folder.Write("cache/young.dataset", "x");
        var other = _folder.Write("cache/old.txt", "x");
        File.SetLastWriteTimeUtc(old, DateTime.UtcNow.AddDays(-91));
        File.SetLastWriteTimeUtc(other, DateTime.UtcNow.AddDays(-91));
        DatasetFolder.Open(_data, _options);
        Assert.False(File.Exists(old));
        Assert.True(File.Exists(young) && File.Exists(other));
    }

    [Fact]
    public void Place_comes_from_option_then_variable_then_system()
    {
        string? Environment(string name) => name == DatasetCache.Variable ? "/from/variable" : null;
        Assert.Equal("/from/option", DatasetCache.Find("/from/option", Environment)!.Folder);
        Assert.Equal("/from/variable", DatasetCache.Find(null, Environment)!.Folder);
        Assert.Null(DatasetCache.Find("off", Environment));
        Assert.Null(DatasetCache.Find(null, _ => "OFF"));
        if (OperatingSystem.IsLinux())
            Assert.Equal("/xdg/metaembed", DatasetCache.Find(null, name => name == "XDG_CACHE_HOME" ? "/xdg" : null)!.Folder);
    }

    private static void AssertSame(Dataset expected, Dataset? actual)
    {
        Assert.NotNull(actual);
        Assert.Equal(expected.Name, actual.Name);
        Assert.Equal(expected.ContentHash, actual.ContentHash);
        Assert.Equal(expected.ItemCount, actual.ItemCount);
        Assert.Equal(expected.Test.ItemCount, actual.Test.ItemCount);
        foreach (var (a, b) in new[] { (expected.Train, actual.Train), (expected.Test, actual.Test) })
        {
            Assert.Equal(a.RowStart.ToArray(), b.RowStart.ToArray());
            Assert.Equal(a.Items.ToArray(), b.Items.ToArray());
        }
    }
}
