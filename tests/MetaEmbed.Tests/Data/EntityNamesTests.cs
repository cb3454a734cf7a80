using MetaEmbed.Data;
using MetaEmbed.Inference;

namespace MetaEmbed.Tests.Data;

public sealed class EntityNamesTests : IDisposable
{
    private static readonly Dataset Data = new("x", new Interactions(3, [0, 1, 1], [2]), new Interactions(3, [0, 0, 1], [0]), "");
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Missing_files_give_numbers()
    {
        var names = EntityNames.Open(_folder.Path, Data);
        Assert.False(names.HasUsers || names.HasItems);
        Assert.Equal("1", names.OfUser(1));
        Assert.Equal("2", names.OfItem(2));
        Assert.Equal(-1, names.FindItem("2"));
    }

    [Theory]
    [InlineData("Anna\nBéla\n")]
    [InlineData("\uFEFFAnna\r\nBéla\r\n")]
    [InlineData("Anna \nBéla")]
    [InlineData("Anna\nBéla\nthird, whom nobody knows\n")]
    public void Lines_are_names(string text)
    {
        _folder.Write("users.txt", text);
        _folder.Write("items.txt", "a b\n\nc\n");
        var names = EntityNames.Open(_folder.Path, Data);
        Assert.Equal("Anna", names.OfUser(0));
        Assert.Equal("Béla", names.OfUser(1));
        Assert.Equal("a b", names.OfItem(0));
        Assert.Equal("1", names.OfItem(1));
        Assert.Equal(2, names.FindItem("c"));
        Assert.Equal(-1, names.FindItem(""));
    }

    [Fact]
    public void Too_few_lines_and_wrong_encodings_are_refused()
    {
        var items = _folder.Write("items.txt", "a\nb\n");
        var mistake = Assert.Throws<UserMistakeException>(() => EntityNames.Open(_folder.Path, Data));
        Assert.Equal($"{items}: holds 2 names for 3 items; write a line for each id from 0, an empty one for no name.", mistake.Message);
        _folder.Write("items.txt", [(byte)'a', (byte)'\n', 0xE9, (byte)'\n', (byte)'c']);
        mistake = Assert.Throws<UserMistakeException>(() => EntityNames.Open(_folder.Path, Data));
        Assert.Equal(2, mistake.Line);
        Assert.Equal("is not UTF-8", mistake.Found);
    }

    [Fact]
    public void Written_names_read_back()
    {
        EntityNames.Write(_folder.File("items.txt"), ["one", "", "a\r\nb"]);
        var names = EntityNames.Open(_folder.Path, Data);
        Assert.Equal("one", names.OfItem(0));
        Assert.Equal("1", names.OfItem(1));
        Assert.Equal("a b", names.OfItem(2));
    }
}
