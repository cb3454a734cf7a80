using MetaEmbed.Data;

namespace MetaEmbed.Tests.Data;

public sealed class DemoDatasetTests
{
    [Fact]
    public void Counts_and_names_are_those_of_its_readme()
    {
        var (data, users, items) = DemoDataset.Load();
        Assert.Equal(16_600, data.UserCount);
        Assert.Equal(5_219, data.ItemCount);
        Assert.Equal(133_130, data.Train.Count);
        Assert.Equal(27_055, data.Test.Count);
        Assert.Equal(data.UserCount, users.Length);
        Assert.Equal(data.ItemCount, items.Length);
        Assert.Equal("debian-packages", data.Name);
        Assert.True(users.SequenceEqual(users.Order(StringComparer.Ordinal).Distinct()));
        Assert.True(items.SequenceEqual(items.Order(StringComparer.Ordinal).Distinct()));
    }

    [Fact]
    public void It_is_a_five_core_and_a_fifth_is_held_out()
    {
        var data = DemoDataset.Load().Dataset;
        var byItem = data.Train.CountByItem().Zip(data.Test.CountByItem(), (a, b) => a + b);
        Assert.All(byItem, n => Assert.InRange(n, 5, int.MaxValue));
        for (var user = 0; user < data.UserCount; user++)
        {
            var n = data.Train.Of(user).Length + data.Test.Of(user).Length;
            Assert.InRange(n, 5, int.MaxValue);
            Assert.Equal(n / 5, data.Test.Of(user).Length);
        }
    }

    [Fact]
    public void A_known_package_has_its_known_dependencies()
    {
        var (data, users, items) = DemoDataset.Load();
        var user = Array.IndexOf(users, "0ad");
        var met = data.Train.Of(user).ToArray().Concat(data.Test.Of(user).ToArray()).Select(i => items[i]).ToArray();
        Assert.Contains("libopenal1", met);
        Assert.Contains("zlib1g", met);
        Assert.Contains("libc6", met);
        Assert.DoesNotContain("0ad", met);
    }

    [Fact]
    public void Written_folder_opens_as_the_same_dataset_with_names()
    {
        using var folder = new TemporaryFolder();
        DemoDataset.WriteTo(folder.File("demo"));
        var (data, users, items) = DemoDataset.Load();
        var read = DatasetFolder.Open(folder.File("demo"));
        Assert.Equal(data.ContentHash, read.ContentHash);
        Assert.Equal("cd4157574c423a4a6f6e10258bd1a8e0", read.ContentHash);
        var names = EntityNames.Open(folder.File("demo"), read);
        Assert.True(names.HasUsers && names.HasItems);
        Assert.Equal(users[^1], names.OfUser(users.Length - 1));
        Assert.Equal(items[17], names.OfItem(17));
        Assert.Equal(17, names.FindItem(items[17]));
        Assert.Equal(-1, names.FindUser("no such package"));
    }
}
