using System.Net;
using System.Text.Json;

namespace MetaEmbed.Serving.Tests;

/// <summary>Lists over a socket: what they come of, what they hold, why.</summary>
public sealed class RecommendTests : IAsyncLifetime
{
    private Service _service = null!;

    public async ValueTask InitializeAsync() => _service = await Service.StartAsync((_, folder) => File.WriteAllText(Path.Combine(folder, "catalog.csv"), SmallModel.Catalog()));

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    [Fact]
    public async Task A_history_gives_items_of_its_group_without_those_met()
    {
        var answer = await Ask(new { history = new[] { SmallModel.Item(20), SmallModel.Item(21) }, k = 8 });
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal("history", answer.Json.Text("basis"));
        Assert.False(answer.Json.GetProperty("fallback").GetBoolean());
        Assert.Equal([.. Enumerable.Range(0, 8).Select(rank => SmallModel.Item(29 - rank))], answer.Ids);
        Assert.Equal("Title 29 of Group C", answer.Json.GetProperty("items")[0].Text("title"));
        Assert.Equal(32, answer.Json.Text("version")!.Length);
    }

    [Fact]
    public async Task A_known_user_is_ranked_by_their_row_and_with_a_history_by_both()
    {
        var known = await Ask(new { user = "user 3", k = 7 });
        Assert.Equal("user", known.Json.Text("basis"));
        Assert.All(known.Ids, id => Assert.Equal(3, SmallModel.GroupOf(id)));
        Assert.DoesNotContain(SmallModel.Item(30), known.Ids); // met in training

        var both = await Ask(new { user = "user 3", history = Enumerable.Range(40, 4).Select(SmallModel.Item), k = 6 });
        Assert.Equal("history", both.Json.Text("basis"));
        Assert.All(both.Ids, id => Assert.Equal(4, SmallModel.GroupOf(id)));
        Assert.DoesNotContain(SmallModel.Item(30), both.Ids);
    }

    [Fact]
    public async Task What_is_not_known_is_answered_and_told()
    {
        var nobody = await Ask(new { user = "nobody", k = 3 });
        Assert.Equal(HttpStatusCode.OK, nobody.Status);
        Assert.True(nobody.Json.GetProperty("fallback").GetBoolean());
        Assert.Equal([SmallModel.Item(59), SmallModel.Item(58), SmallModel.Item(57)], nobody.Ids);
        Assert.Equal("nobody", nobody.Json.GetProperty("unknown").Text("user"));

        var partly = await Ask(new { history = new[] { "no such", SmallModel.Item(1) }, exclude = new[] { "nor such" }, k = 2 });
        Assert.Equal("history", partly.Json.Text("basis"));
        Assert.Equal("no such", partly.Json.GetProperty("unknown").GetProperty("items")[0].GetString());
        var empty = await Ask(new { });
        Assert.Equal("popular", empty.Json.Text("basis"));
        Assert.Equal(10, empty.Ids.Length);
    }

    [Fact]
    public async Task Exclude_allow_and_include_history_hold()
    {
        var history = new[] { SmallModel.Item(11) };
        var excluded = await Ask(new { history, exclude = new[] { SmallModel.Item(19), SmallModel.Item(18) }, k = 1 });
        Assert.Equal([SmallModel.Item(17)], excluded.Ids);
        var allowed = await Ask(new { history, allow = new[] { SmallModel.Item(3), SmallModel.Item(12), "no such" }, k = 5 });
        Assert.Equal([SmallModel.Item(12), SmallModel.Item(3)], allowed.Ids);
        Assert.Empty((await Ask(new { history, allow = Array.Empty<string>() })).Ids);
        var again = await Ask(new { history, include_history = true, k = 10 });
        Assert.Contains(SmallModel.Item(11), again.Ids);
        var popular = await Ask(new { exclude = new[] { SmallModel.Item(59) }, k = 1 });
        Assert.Equal([SmallModel.Item(58)], popular.Ids);
    }

    [Theory]
    [InlineData("""{"group":"D"}""", "30 31 32 33 34 35 36 37 38 39")]
    [InlineData("""{"group":["D","E"],"tags":"odd"}""", "31 33 35 37 39 41 43 45 47 49")]
    [InlineData("""{"number":{"min":7,"max":9.5}}""", "7 8 9")]
    [InlineData("""{"number":{"max":3},"tags":{"not":["odd"]}}""", "0 2")]
    [InlineData("""{"tags":"x, y","group":"Z"}""", "")]
    public async Task Filters_by_catalog_fields(string filter, string expected)
    {
        var answer = await _service.Post("/v1/recommend", $$"""{"history":["{{SmallModel.Item(55)}}"],"k":60,"filter":{{filter}}}""");
        Assert.Equal(expected.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse).ToHashSet(), answer.Ids.Select(NumberOf).ToHashSet());
    }

    [Fact]
    public async Task Reasons_are_the_items_of_the_history_that_speak_for_it()
    {
        var answer = await Ask(new { history = new[] { SmallModel.Item(0), SmallModel.Item(21), SmallModel.Item(22) }, k = 20, explain = true });
        foreach (var item in answer.Json.GetProperty("items").EnumerateArray())
        {
            var reasons = item.GetProperty("because").EnumerateArray().ToArray();
            if (SmallModel.GroupOf(item.Text("id")!) is var group and (0 or 2))
                Assert.Equal(group, SmallModel.GroupOf(reasons[0].Text("id")!));
            var shares = reasons.Sum(reason => reason.GetProperty("share").GetDouble());
            Assert.True(reasons.Length == 0 || Math.Abs(shares - 1) < 0.001, $"the three items of the history carry {shares}");
        }

        Assert.Contains(answer.Ids, id => SmallModel.GroupOf(id) == 0);
        var popular = await Ask(new { explain = true, k = 1 });
        Assert.Equal(0, popular.Json.GetProperty("items")[0].GetProperty("because").GetArrayLength());
    }

    [Fact]
    public async Task A_batch_answers_as_its_requests_would_one_by_one()
    {
        object[] requests =
        [
            new { user = "user 1", k = 4 }, new { user = "nobody" }, new { history = new[] { SmallModel.Item(33) }, k = 2, explain = true },
            new { history = new[] { SmallModel.Item(33) }, filter = new { group = "B" }, k = 30 }, new { user = "user 2", history = new[] { SmallModel.Item(1) } },
        ];
        var batch = await _service.Post("/v1/recommend/batch", JsonSerializer.Serialize(new { requests }));
        var results = batch.Json.GetProperty("results").EnumerateArray().ToArray();
        Assert.Equal(requests.Length, results.Length);
        for (var i = 0; i < requests.Length; i++)
        {
            var alone = await Ask(requests[i]);
            Assert.Equal(alone.Json.GetProperty("items").GetRawText(), results[i].GetProperty("items").GetRawText());
            Assert.Equal(alone.Json.Text("basis"), results[i].Text("basis"));
        }
    }

    private static int NumberOf(string id) => int.Parse(id["item/".Length..^2]);

    private Task<Answer> Ask(object request) => _service.Post("/v1/recommend", JsonSerializer.Serialize(request));
}
