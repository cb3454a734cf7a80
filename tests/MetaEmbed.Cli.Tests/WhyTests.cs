using System.Text.Json;
using System.Xml.Linq;

namespace MetaEmbed.Cli.Tests;

/// <summary>Why: explanations and the codebook of a run, through the command.</summary>
public sealed class WhyTests(ShopRun shop) : IClassFixture<ShopRun>
{
    [Fact]
    public void A_recommendation_is_explained_by_names()
    {
        using var json = Json("recommend", "--run", shop.Run, "--user", "ann-7", "-k", "4", "--explain");
        foreach (var item in json.RootElement.GetProperty("items").EnumerateArray())
        {
            var why = item.GetProperty("why");
            Assert.Equal(item.GetProperty("score").GetDouble(), why.GetProperty("score").GetDouble(), 1e-3);
            var history = why.GetProperty("history").EnumerateArray().ToList();
            var sum = why.GetProperty("bias").GetDouble() + why.GetProperty("own").GetDouble() + history.Sum(part => part.GetProperty("part").GetDouble());
            Assert.Equal(why.GetProperty("score").GetDouble(), sum, 1e-9);
            Assert.All(history, part => Assert.Matches(", number ", part.GetProperty("title").GetString()!));
        }

        var text = Metaembed.Run("recommend", "--run", shop.Run, "--user", "ann-7", "-k", "4", "--explain").Output;
        Assert.Contains("\n  carried by  ", text, StringComparison.Ordinal);
        Assert.Contains("\n  popularity  ", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_file_explains_by_its_fold_in()
    {
        var file = shop.Folder["why.metaembed"];
        Assert.Equal(0, Metaembed.Run("export", "--run", shop.Run, "--kind", "device", "--out", file).Code);
        using var json = Json("recommend", "--model", file, "--history", "sku-1;sku-2", "-k", "1", "--explain");
        var why = json.RootElement.GetProperty("items")[0].GetProperty("why");
        Assert.Equal(0, why.GetProperty("own").GetDouble());
        Assert.Equal(2, why.GetProperty("history").GetArrayLength());
    }

    [Fact]
    public void The_codebook_is_shown_with_names_from_the_catalog()
    {
        var picture = shop.Folder["codebook.svg"];
        using var json = Json("inspect", shop.Run, "--picture", picture);
        var coarse = json.RootElement.GetProperty("coarse").EnumerateArray().ToList();
        Assert.Equal(12, coarse.Count);
        Assert.Equal(1, coarse.Sum(meta => meta.GetProperty("share").GetDouble()), 1e-9);
        Assert.Contains(coarse, meta => meta.GetProperty("terms").EnumerateArray().Any(term => term.GetProperty("field").GetString() == "kind"));
        Assert.All(coarse, meta => Assert.NotEqual("", meta.GetProperty("name").GetString()));
        var fine = json.RootElement.GetProperty("fine").EnumerateArray().ToList();
        Assert.Equal(6, fine.Count);
        Assert.Equal(
            coarse.Sum(meta => meta.GetProperty("fine").GetArrayLength()),
            fine.Sum(meta => meta.GetProperty("refines").GetArrayLength()));
        var svg = XDocument.Load(picture).Root!;
        Assert.Equal("svg", svg.Name.LocalName);

        var lines = Metaembed.Run("inspect", shop.Run, "-n", "3").OutputLines;
        Assert.StartsWith("12 coarse meta-embeddings, 2 a user or item: ", lines[0], StringComparison.Ordinal);
        Assert.Contains("and 9 more; -n 0 lists all", lines);
    }

    [Fact]
    public void Many_lists_are_not_explained() =>
        Assert.Equal("--explain is for one list; give --user or --history.", Metaembed.Mistake("recommend", "--run", shop.Run, "--all-users", "--out", "x", "--explain"));

    private static JsonDocument Json(params string[] args)
    {
        var outcome = Metaembed.Run([.. args, "--json"]);
        Assert.True(outcome.Code == 0, outcome.Error);
        return JsonDocument.Parse(outcome.OutputLines[^1]);
    }
}
