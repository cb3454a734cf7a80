using System.Net;

namespace MetaEmbed.Serving.Tests;

/// <summary>Items, the card, health and the description over a socket.</summary>
public sealed class ItemTests : IAsyncLifetime
{
    private Service _service = null!;

    public async ValueTask InitializeAsync() => _service = await Service.StartAsync((_, folder) => File.WriteAllText(Path.Combine(folder, "catalog.csv"), SmallModel.Catalog()));

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    [Fact]
    public async Task Similar_items_are_those_of_the_group()
    {
        var answer = await _service.Get($"/v1/items/{Uri.EscapeDataString(SmallModel.Item(14))}/similar?k=9");
        Assert.Equal(9, answer.Ids.Length);
        Assert.All(answer.Ids, id => Assert.Equal(1, SmallModel.GroupOf(id)));
        Assert.DoesNotContain(SmallModel.Item(14), answer.Ids);
        Assert.Equal("Title 14 of Group B", answer.Json.GetProperty("item").Text("title"));
        var unknown = await _service.Get("/v1/items/no%20such/similar?k=2");
        Assert.Equal(HttpStatusCode.OK, unknown.Status);
        Assert.True(unknown.Json.GetProperty("fallback").GetBoolean());
        Assert.Equal([SmallModel.Item(59), SmallModel.Item(58)], unknown.Ids);
    }

    [Theory]
    [InlineData("title 1", "1 10 11 12")]
    [InlineData("GROUP F", "50 51 52 53")]
    [InlineData("item/5 é", "5")]
    [InlineData("roup f", "50 51 52 53")]
    [InlineData("nothing like it", "")]
    [InlineData("", "59 58 57 56")]
    public async Task Items_are_found_by_any_part_of_id_or_title(string text, string expected)
    {
        var answer = await _service.Get($"/v1/items?k=4&q={Uri.EscapeDataString(text)}");
        Assert.Equal(expected.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(item => SmallModel.Item(int.Parse(item))), answer.Ids);
    }

    [Fact]
    public async Task An_item_comes_with_its_fields()
    {
        var item = await _service.Get("/v1/items/" + Uri.EscapeDataString(SmallModel.Item(31)));
        Assert.Equal("D", item.Json.GetProperty("fields").Text("group"));
        Assert.Equal("odd|x, y", item.Json.GetProperty("fields").Text("tags"));
        Assert.False((await _service.Get("/v1/items/nothing")).Json.GetProperty("known").GetBoolean());
    }

    [Fact]
    public async Task The_model_tells_what_it_is()
    {
        var model = (await _service.Get("/v1/model")).Json;
        Assert.Equal(SmallModel.Items, model.GetProperty("items").GetInt32());
        Assert.Equal("table", model.Text("kind"));
        Assert.Equal("small", model.Text("dataset"));
        Assert.Equal(["group", "number", "tags"], model.GetProperty("fields").EnumerateArray().Select(field => field.Text("name")));
        Assert.True(model.GetProperty("fields")[1].GetProperty("numeric").GetBoolean());
        Assert.Equal(System.Text.Json.JsonValueKind.Null, model.GetProperty("card").ValueKind);
    }

    [Fact]
    public async Task Health_readiness_and_description_are_answered()
    {
        Assert.Equal("alive", (await _service.Get("/healthz")).Json.Text("status"));
        Assert.Equal("ready", (await _service.Get("/readyz")).Json.Text("status"));
        var description = await _service.Get("/openapi/v1.json");
        Assert.Equal("3.0.3", description.Json.Text("openapi"));
        Assert.Equal("nosniff", Assert.Single(description.Headers.GetValues("X-Content-Type-Options")));
        Assert.False(description.Headers.Contains("Server"));
    }

    [Fact]
    public async Task Metrics_count_what_was_answered()
    {
        await _service.Post("/v1/recommend", """{"user":"user 1"}""");
        await _service.Post("/v1/recommend", """{"user":"nobody"}""");
        await _service.Post("/v1/recommend", "{");
        var text = (await _service.Get("/metrics")).Text;
        Assert.Contains("metaembed_lists_total{model=\"default\",basis=\"user\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("metaembed_lists_total{model=\"default\",basis=\"popular\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("metaembed_request_duration_seconds_count{route=\"/v1/recommend\",status=\"200\",problem=\"\"} 2\n", text, StringComparison.Ordinal);
        Assert.Contains("metaembed_request_duration_seconds_count{route=\"/v1/recommend\",status=\"400\",problem=\"invalid-request\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("metaembed_model_info{model=\"default\",version=\"", text, StringComparison.Ordinal);
        Assert.DoesNotContain("nobody", text, StringComparison.Ordinal);
    }
}
