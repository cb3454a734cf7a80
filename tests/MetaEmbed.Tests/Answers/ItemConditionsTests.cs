using MetaEmbed.Answers;
using MetaEmbed.Data;
using MetaEmbed.Inference;

namespace MetaEmbed.Tests.Answers;

public sealed class ItemConditionsTests
{
    private static readonly ItemFields Films = new(
        ["genre", "Year", "title"],
        [
            ["Comedy|Drama", "drama", "Horror", "", "A=B"],
            ["1979", "1982", "1979.5", "n/a", "2001"],
            ["Alien", "Blade Runner", "The Thing", "Annie Hall", "Odd"],
        ]);

    [Theory]
    [InlineData("genre=drama", 0, 1)]
    [InlineData("GENRE = Drama", 0, 1)]
    [InlineData("genre=comedy|horror", 0, 2)]
    [InlineData("genre=Comedy|Drama", 0, 1)]
    [InlineData("genre!=drama", 2, 3, 4)]
    [InlineData("genre=", 3)]
    [InlineData("genre=A=B", 4)]
    [InlineData("title~er", 1)]
    [InlineData("title~THE", 2)]
    [InlineData("year<1980", 0, 2)]
    [InlineData("year<=1979", 0)]
    [InlineData("year>1979.5", 1, 4)]
    [InlineData("year>=2001", 4)]
    public void A_condition_keeps(string condition, params int[] expected) => Assert.Equal(expected, ItemConditions.Select(Films, [condition]));

    [Fact]
    public void All_conditions_hold() => Assert.Equal([1], ItemConditions.Select(Films, ["genre=drama", "year>1980"]));

    [Theory]
    [InlineData("gnre=drama", "the catalog has no field 'gnre'; did you mean 'genre'?")]
    [InlineData("genre", "--filter is 'genre'; write field=value")]
    [InlineData("=drama", "--filter is '=drama'; write field=value")]
    [InlineData("year>soon", "--filter year>soon compares with 'soon', which is no number")]
    [InlineData("genre=comdy", "no item is left after --filter genre=comdy; did you mean 'Comedy'?")]
    [InlineData("genre=western", "no item is left after --filter genre=western; values of genre are Comedy, Drama, Horror, A=B")]
    public void A_mistake_says_how_to_mend_it(string condition, string expected) =>
        Assert.StartsWith(expected, Assert.Throws<UserMistakeException>(() => ItemConditions.Select(Films, [condition])).Message, StringComparison.Ordinal);

    [Fact]
    public void Without_a_catalog_nothing_can_be_filtered() =>
        Assert.Contains("import with --catalog", Assert.Throws<UserMistakeException>(() => ItemConditions.Select(null, ["a=b"])).Message, StringComparison.Ordinal);
}
