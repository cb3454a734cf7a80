using System.Net;
using System.Text;

namespace MetaEmbed.Serving.Tests;

/// <summary>What is not valid is refused as problem details that say where and how to mend it.</summary>
public sealed class RefusalTests : IAsyncLifetime
{
    private Service _service = null!;

    public async ValueTask InitializeAsync() => _service = await Service.StartAsync((options, _) => (options.MaxBody, options.MaxHistory, options.MaxBatch) = (4096, 5, 3));

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    [Theory]
    [InlineData("", "#")]
    [InlineData("nonsense", "#")]
    [InlineData("[]", "#")]
    [InlineData("{} {}", "#")]
    [InlineData("""{"usr":"a"}""", "#")]
    [InlineData("""{"k":0}""", "#/k")]
    [InlineData("""{"k":1001}""", "#/k")]
    [InlineData("""{"k":"ten"}""", "#/k")]
    [InlineData("""{"k":1.5}""", "#/k")]
    [InlineData("""{"user":""}""", "#/user")]
    [InlineData("""{"user":null}""", "#/user")]
    [InlineData("""{"user":"a\u0000b"}""", "#/user")]
    [InlineData("""{"user":"\ud800"}""", "#")]
    [InlineData("""{"history":"a"}""", "#/history")]
    [InlineData("""{"history":[1,2,3,4,5,6]}""", "#/history")]
    [InlineData("""{"history":[[1]]}""", "#/history")]
    [InlineData("""{"explain":1}""", "#/explain")]
    [InlineData("""{"filter":{"group":"A"}}""", "#/filter")]
    [InlineData("""{"model":7.5}""", "#/model")]
    [InlineData("""{"history":[[[[[[[[[[[[1]]]]]]]]]]]]}""", "#")]
    public async Task A_body_that_is_not_valid_is_refused_with_its_place(string body, string pointer)
    {
        var answer = await _service.Post("/v1/recommend", body);
        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Equal("invalid-request", answer.Problem());
        Assert.Equal(pointer, answer.Json.Text("pointer"));
    }

    [Theory]
    [InlineData("{}", "#/requests")]
    [InlineData("""{"requests":[]}""", "#/requests")]
    [InlineData("""{"requests":[{},{},{},{}]}""", "#/requests")]
    [InlineData("""{"requests":[{},{"k":-1}]}""", "#/requests/1/k")]
    [InlineData("""{"requests":[{"model":"x"}]}""", "#/requests/0")]
    public async Task So_is_a_batch(string body, string pointer)
    {
        var answer = await _service.Post("/v1/recommend/batch", body);
        Assert.Equal("invalid-request", answer.Problem());
        Assert.Equal(pointer, answer.Json.Text("pointer"));
    }

    [Theory]
    [InlineData("GET", "/nothing", 404, "not-found")]
    [InlineData("GET", "/v1/recommend", 405, "method")]
    [InlineData("GET", "/v1/model?model=other", 404, "unknown-model")]
    [InlineData("GET", "/v1/items?k=x", 400, "invalid-request")]
    [InlineData("GET", "/v1/items/1/similar?k=-5", 400, "invalid-request")]
    public async Task So_are_other_requests(string method, string path, int status, string kind)
    {
        var answer = await _service.Send(new HttpRequestMessage(new HttpMethod(method), path));
        Assert.Equal(status, (int)answer.Status);
        Assert.Equal(kind, answer.Problem());
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/json; charset=utf-16")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData(null)]
    public async Task A_body_of_another_type_is_refused(string? type)
    {
        var content = new ByteArrayContent("{}"u8.ToArray());
        if (type is not null)
            content.Headers.TryAddWithoutValidation("Content-Type", type);
        var answer = await _service.Send(new HttpRequestMessage(HttpMethod.Post, "/v1/recommend") { Content = content });
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, answer.Status);
        Assert.Equal("not-json", answer.Problem());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_that_is_too_large_is_refused_whether_it_says_so_or_not(bool announced)
    {
        var bytes = Encoding.UTF8.GetBytes($$"""{"user":"{{new string('x', 5000)}}"}""");
        var content = announced ? (HttpContent)new ByteArrayContent(bytes) : new StreamContent(new MemoryStream(bytes));
        content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        var request = new HttpRequestMessage(HttpMethod.Post, "/v1/recommend") { Content = content };
        request.Headers.TransferEncodingChunked = !announced;
        var answer = await _service.Send(request);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.Status);
        Assert.Equal("body-too-large", answer.Problem());
    }

    [Fact]
    public async Task A_refusal_does_not_repeat_what_was_sent()
    {
        var answer = await _service.Post("/v1/recommend", """{"user":"secret-person","k":0}""");
        Assert.DoesNotContain("secret-person", answer.Text, StringComparison.Ordinal);
    }
}
