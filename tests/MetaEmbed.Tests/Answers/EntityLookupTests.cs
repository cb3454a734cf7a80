using MetaEmbed.Answers;
using MetaEmbed.Inference;

namespace MetaEmbed.Tests.Answers;

public sealed class EntityLookupTests
{
    private static readonly string[] Names = ["nail", "hammer", "hammer drill", "saw", ""];

    [Fact]
    public void A_name_comes_before_a_title_and_a_title_before_a_number()
    {
        var lookup = Of(["3", "b", "c", "d"], ["x", "3", "B", null]);
        Assert.Equal(0, lookup.TryFind("3"));
        Assert.Equal(1, lookup.TryFind("b"));
        Assert.Equal(0, lookup.TryFind("X"));
        Assert.Equal(-1, lookup.TryFind("2"));
    }

    [Fact]
    public void A_number_is_an_id_where_no_name_is_a_number()
    {
        Assert.Equal(2, Of(Names).TryFind("2"));
        Assert.Equal(4, Of(Names).TryFind("4"));
        Assert.Equal(-1, Of(Names).TryFind("5"));
        Assert.Equal(-1, Of(Names).TryFind("-1"));
        Assert.Equal(-1, Of(Names).TryFind(""));
    }

    [Theory]
    [InlineData("hamer", "did you mean 'hammer'?")]
    [InlineData("ham", "did you mean 'hammer' or 'hammer drill'?")]
    [InlineData("nial", "did you mean 'nail'?")]
    [InlineData("screwdriver", "give a name as the dataset has it, such as 'nail', or a whole number from 0 to 4.")]
    public void An_unknown_name_gets_the_nearest_spellings(string text, string advice) =>
        Assert.Equal($"there is no item '{text}'; {advice}", Assert.Throws<UserMistakeException>(() => Of(Names).Find(text)).Message.Replace("?.", "?", StringComparison.Ordinal));

    [Fact]
    public void A_line_of_a_file_is_named() =>
        Assert.StartsWith("list.txt:7: there is no item 'hamer'; ", Assert.Throws<UserMistakeException>(() => Of(Names).Find("hamer", "list.txt", 7)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_list_is_cut_at_commas_or_at_semicolons()
    {
        var lookup = Of(["nail, small", "nail", "saw"]);
        Assert.Equal([0], lookup.FindAll("nail, small"));
        Assert.Equal([1, 2], lookup.FindAll("nail, saw"));
        Assert.Equal([0, 2], lookup.FindAll("nail, small; saw"));
        Assert.Throws<UserMistakeException>(() => lookup.FindAll("nail, screw"));
    }

    private static EntityLookup Of(string[] names, string?[]? titles = null) =>
        new("item", names.Length, true, id => names[id].Length == 0 ? $"{id}" : names[id], name => name.Length == 0 ? -1 : Array.IndexOf(names, name), titles is null ? null : id => titles[id]);
}
