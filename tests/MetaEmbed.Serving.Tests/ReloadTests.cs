using System.Net;
using MetaEmbed.Inference;
using MetaEmbed.Serving.Models;
using Microsoft.Extensions.DependencyInjection;

namespace MetaEmbed.Serving.Tests;

/// <summary>Models change while requests run, and bad files never serve.</summary>
public sealed class ReloadTests
{
    public static TheoryData<string> Damages => [.. DamagedModel.Kinds];

    [Fact]
    public async Task Reloads_under_load_fail_no_request_and_free_what_nobody_uses()
    {
        await using var service = await Service.StartAsync((options, _) => options.Concurrency = 8);
        var models = service.Services.GetRequiredService<ModelHost>();
        var first = models.Take(null);
        var other = Path.Combine(service.Folder, "other.tmp");
        using var stop = new CancellationTokenSource();
        var versions = new System.Collections.Concurrent.ConcurrentDictionary<string, int>();
        var clients = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            var count = 0;
            for (; !stop.IsCancellationRequested; count++)
            {
                var answer = await service.Post("/v1/recommend", $$"""{"history":["{{SmallModel.Item(20)}}"],"k":5,"explain":true}""");
                Assert.Equal(HttpStatusCode.OK, answer.Status);
                Assert.All(answer.Ids, id => Assert.Equal(2, SmallModel.GroupOf(id)));
                versions.AddOrUpdate(answer.Json.Text("version")!, 1, (_, n) => n + 1);
            }

            return count;
        })).ToArray();
        for (var i = 1; i <= 60; i++)
        {
            SmallModel.Write(other, tilt: 0.001f * i);
            File.Move(other, service.ModelPath, overwrite: true);
            var reloaded = await service.Post("/v1/admin/reload", "");
            Assert.Equal(HttpStatusCode.OK, reloaded.Status);
            Assert.True(reloaded.Json.GetProperty("models")[0].GetProperty("changed").GetBoolean());
        }

        await stop.CancelAsync();
        var counts = await Task.WhenAll(clients);
        Assert.All(counts, count => Assert.True(count > 0));
        Assert.True(versions.Count > 1);
        Assert.False(first.IsClosed);
        first.Leave(); // the last request that had taken the first model
        Assert.True(first.IsClosed);
    }

    [Theory]
    [MemberData(nameof(Damages))]
    public async Task A_bad_file_is_refused_and_the_old_model_stays(string damage)
    {
        await using var service = await Service.StartAsync((options, _) => options.Watch = 0.02);
        var before = (await service.Get("/v1/model")).Json.Text("version");
        DamagedModel.Write(service.ModelPath, damage);
        var refused = await service.Post("/v1/admin/reload", "");
        Assert.Equal(HttpStatusCode.Conflict, refused.Status);
        Assert.NotEqual("", refused.Json.GetProperty("models")[0].Text("refused"));
        await Task.Delay(60, TestContext.Current.CancellationToken); // the watch looks too
        Assert.Equal(before, (await service.Get("/v1/model")).Json.Text("version"));
        Assert.Equal(HttpStatusCode.OK, (await service.Post("/v1/recommend", """{"user":"user 1"}""")).Status);
        Assert.Equal(HttpStatusCode.OK, (await service.Get("/readyz")).Status);
        Assert.Contains("metaembed_reloads_total{model=\"default\",outcome=\"refused\"}", (await service.Get("/metrics")).Text, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Damages))]
    public async Task A_bad_file_fails_the_start_with_one_line(string damage)
    {
        var folder = Directory.CreateTempSubdirectory("metaembed-bad-").FullName;
        var path = Path.Combine(folder, "small.metaembed");
        SmallModel.Write(path);
        DamagedModel.Write(path, damage);
        var mistake = await Assert.ThrowsAsync<UserMistakeException>(() => Service.StartAsync(
            (options, _) => options.Models = [new ModelSource("default", path)], Directory.CreateDirectory(Path.Combine(folder, "elsewhere")).FullName));
        Assert.StartsWith(path, mistake.Message, StringComparison.Ordinal);
        Assert.Equal(damage == "newer version", mistake.Message.Contains("has format version 9", StringComparison.Ordinal));
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_folder_serves_its_newest_file_as_it_appears()
    {
        await using var service = await Service.StartAsync((options, folder) =>
        {
            options.Models = [new ModelSource("default", folder)];
            options.Watch = 0.02;
        });
        var before = (await service.Get("/v1/model")).Json.Text("version");
        var hidden = Path.Combine(service.Folder, ".next.metaembed");
        SmallModel.Write(hidden, tilt: 0.5f);
        File.SetLastWriteTimeUtc(hidden, DateTime.UtcNow.AddSeconds(2));
        File.Move(hidden, Path.Combine(service.Folder, "next.metaembed"));
        for (var patience = 0; (await service.Get("/v1/model")).Json.Text("version") == before; patience++)
        {
            Assert.True(patience < 200, "the new file was not found");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        Assert.Equal("next.metaembed", (await service.Get("/v1/model")).Json.Text("file"));
    }

    [Fact]
    public async Task A_service_that_stops_says_so_and_answers_on()
    {
        await using var service = await Service.StartAsync();
        service.Services.GetRequiredService<Endpoints.Draining>().Begin();
        Assert.Equal("draining", (await service.Get("/readyz")).Problem());
        Assert.Equal(HttpStatusCode.OK, (await service.Get("/healthz")).Status);
        Assert.Equal(HttpStatusCode.OK, (await service.Post("/v1/recommend", "{}")).Status);
    }

    [Fact]
    public async Task Several_models_serve_side_by_side()
    {
        await using var service = await Service.StartAsync((options, folder) =>
        {
            SmallModel.Write(Path.Combine(folder, "b.metaembed"), tilt: 0.25f);
            options.Models = [new ModelSource("a", Path.Combine(folder, "small.metaembed")), new ModelSource("b", Path.Combine(folder, "b.metaembed"))];
        });
        var a = await service.Post("/v1/recommend", """{"user":"user 1"}""");
        var b = await service.Post("/v1/recommend", """{"user":"user 1","model":"b"}""");
        Assert.Equal(("a", "b"), (a.Json.Text("model"), b.Json.Text("model")));
        Assert.NotEqual(a.Json.Text("version"), b.Json.Text("version"));
        Assert.Equal("b", (await service.Get("/v1/items?model=b")).Json.Text("model"));
        Assert.Equal("unknown-model", (await service.Post("/v1/recommend", """{"model":"c"}""")).Problem());
        var one = await service.Post("/v1/admin/reload?model=b", "");
        Assert.Equal("b", Assert.Single(one.Json.GetProperty("models").EnumerateArray()).Text("model"));
    }
}
