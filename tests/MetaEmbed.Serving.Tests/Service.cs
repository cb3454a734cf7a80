using System.Net;
using System.Text;
using System.Text.Json;
using MetaEmbed.Serving.Hosting;
using Microsoft.AspNetCore.Builder;

namespace MetaEmbed.Serving.Tests;

/// <summary>A service on a socket of its own, over a small model in a folder of its own.</summary>
internal sealed class Service : IAsyncDisposable
{
    private readonly WebApplication _app;

    private Service(WebApplication app, string folder)
    {
        (_app, Folder) = (app, folder);
        Client = new HttpClient { BaseAddress = new Uri(app.Urls.First()), Timeout = TimeSpan.FromSeconds(20) };
    }

    public string Folder { get; }

    public HttpClient Client { get; }

    public int Port => Client.BaseAddress!.Port;

    public string ModelPath => Path.Combine(Folder, "small.metaembed");

    public IServiceProvider Services => _app.Services;

    public static async Task<Service> StartAsync(Action<ServingOptions, string>? configure = null, string? folder = null)
    {
        folder ??= Directory.CreateTempSubdirectory("metaembed-serve-").FullName;
        var model = Path.Combine(folder, "small.metaembed");
        if (!File.Exists(model))
            SmallModel.Write(model);
        var options = new ServingOptions { Models = [new ModelSource(ServingOptions.DefaultModel, model)], Port = 0, Watch = 0, Log = LogFormat.None };
        configure?.Invoke(options, folder);
        var app = ServingHost.Build(options);
        try
        {
            await ServingHost.StartAsync(app, options);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }

        return new Service(app, folder);
    }

    public Task<Answer> Get(string path) => Send(new HttpRequestMessage(HttpMethod.Get, path));

    public Task<Answer> Post(string path, string json, string? key = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(json, Encoding.UTF8, "application/json") };
        if (key is not null)
            request.Headers.Add("Authorization", "Bearer " + key);
        return Send(request);
    }

    public async Task<Answer> Send(HttpRequestMessage request)
    {
        using var response = await Client.SendAsync(request);
        return await Answer.Of(response);
    }

    /// <summary>Ends it and keeps its folder, for a service that comes after it.</summary>
    public async Task<string> StopAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
        return Folder;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(Folder, recursive: true);
    }
}

/// <summary>An answer that was read to its end.</summary>
internal sealed record Answer(HttpStatusCode Status, string Type, string Text, System.Net.Http.Headers.HttpResponseHeaders Headers)
{
    public JsonElement Json => JsonDocument.Parse(Text).RootElement;

    /// <summary>Ids of the list.</summary>
    public string[] Ids => Json.GetProperty("items").Ids();

    public static async Task<Answer> Of(HttpResponseMessage response) =>
        new(response.StatusCode, response.Content.Headers.ContentType?.MediaType ?? "", await response.Content.ReadAsStringAsync(), response.Headers);

    /// <summary>The last part of the problem's type; fails where it is no problem.</summary>
    public string Problem()
    {
        Assert.Equal("application/problem+json", Type);
        Assert.Equal((int)Status, Json.GetProperty("status").GetInt32());
        Assert.NotEqual("", Json.GetProperty("detail").GetString());
        return Json.GetProperty("type").GetString()!["urn:metaembed:problem:".Length..];
    }
}

/// <summary>Shorthand for answers.</summary>
internal static class JsonElements
{
    public static string[] Ids(this JsonElement items) => [.. items.EnumerateArray().Select(item => item.GetProperty("id").GetString()!)];

    public static string? Text(this JsonElement element, string member) => element.GetProperty(member).GetString();
}
