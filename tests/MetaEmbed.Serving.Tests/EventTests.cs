using System.Net;
using System.Text.Json;
using MetaEmbed.Import;
using MetaEmbed.Serving.Events;

namespace MetaEmbed.Serving.Tests;

/// <summary>Events count in the next answer, last, and are read by an import.</summary>
public sealed class EventTests
{
    [Fact]
    public async Task Events_count_in_the_next_answer_and_after_a_restart()
    {
        var service = await Service.StartAsync(WithEvents);
        Assert.Equal("popular", (await Ask(service, "new one")).Json.Text("basis"));
        var answer = await service.Post("/v1/events", Events(("new one", 20), ("new one", 21), ("user 1", 40), ("other", 3)));
        Assert.Equal(HttpStatusCode.Accepted, answer.Status);
        Assert.Equal(4, answer.Json.GetProperty("accepted").GetInt32());
        await Check();
        service = await Service.StartAsync(WithEvents, await service.StopAsync());
        await Check();
        await service.DisposeAsync();

        async Task Check()
        {
            var folded = await Ask(service, "new one");
            Assert.Equal("history", folded.Json.Text("basis"));
            Assert.Equal(2, folded.Json.GetProperty("events").GetInt32());
            Assert.All(folded.Ids, id => Assert.Equal(2, SmallModel.GroupOf(id)));
            Assert.DoesNotContain(SmallModel.Item(20), folded.Ids);
            // A user of the file keeps what the file says, and gets what is new: three items of group 1, one of group 4.
            var known = await Ask(service, "user 1", 14);
            Assert.Equal("history", known.Json.Text("basis"));
            Assert.Equal([1, 4], known.Ids.Select(SmallModel.GroupOf).Distinct());
            Assert.DoesNotContain(SmallModel.Item(40), known.Ids);
            Assert.DoesNotContain(SmallModel.Item(10), known.Ids);
        }
    }

    [Fact]
    public async Task An_import_reads_the_log()
    {
        var service = await Service.StartAsync(WithEvents);
        var time = new DateTimeOffset(2024, 3, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();
        foreach (var user in new[] { "ann \"quoted\"", "bob", "cäsar" })
        {
            var events = Enumerable.Range(0, 4).Select(item => new { user, item = SmallModel.Item(item), time = time + item, type = "buy", rating = item });
            Assert.Equal(HttpStatusCode.Accepted, (await service.Post("/v1/events", JsonSerializer.Serialize(new { events }))).Status);
        }

        var folder = await service.StopAsync();
        var log = Path.Combine(folder, "events", "events-00000001.jsonl");
        File.AppendAllText(log, File.ReadLines(log).First().Replace("item/0", "item/7", StringComparison.Ordinal) + "\n"); // a line whose checksum is not its own
        var report = Importer.Run(new ImportRequest([Path.Combine(folder, "events", "*.jsonl")], Path.Combine(folder, "data")));
        Assert.Equal("time", report.Sources[0].Columns["time"]);
        Assert.Contains("checksum", Assert.Single(report.Rejected).Reason, StringComparison.Ordinal);
        Assert.Equal(["ann \"quoted\"", "bob", "cäsar"], File.ReadLines(Path.Combine(folder, "data", "users.txt")));
        Assert.Equal(Enumerable.Range(0, 4).Select(SmallModel.Item), File.ReadLines(Path.Combine(folder, "data", "items.txt")));
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_torn_end_is_cut_off_at_every_byte_and_nothing_before_it()
    {
        var service = await Service.StartAsync(WithEvents);
        await service.Post("/v1/events", Events(("ann", 1), ("bob", 2), ("cid", 33)));
        var folder = await service.StopAsync();
        var log = Path.Combine(folder, "events", "events-00000001.jsonl");
        var whole = File.ReadAllBytes(log);
        var second = whole.AsSpan(0, whole.Length - 1).LastIndexOf((byte)'\n') + 1;
        for (var length = second; length < whole.Length; length++)
        {
            File.WriteAllBytes(log, whole[..length]);
            var users = new List<string>();
            using (var segments = EventSegments.Open(Path.Combine(folder, "events"), 1 << 20, (user, _) => users.Add(user)))
            {
                Assert.Equal(["ann", "bob"], users);
                Assert.Equal(length - second, segments.Cut);
                segments.Append(whole.AsSpan(second));
            }

            Assert.Equal(whole, File.ReadAllBytes(log));
        }

        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void A_damaged_line_amid_the_log_costs_that_line_only()
    {
        var folder = Directory.CreateTempSubdirectory("metaembed-log-").FullName;
        var lines = EventLines.Of([.. Enumerable.Range(0, 50).Select(n => new UserEvent($"u{n}", "i", n, null, double.NaN))]);
        var path = Path.Combine(folder, "events-00000001.jsonl");
        for (var at = 3; at < lines.Length; at += lines.Length / 23)
        {
            var damaged = lines.ToArray();
            damaged[at] ^= 0x10;
            File.WriteAllBytes(path, damaged);
            var count = 0;
            SegmentReader.Read(path, (_, _) => count++);
            Assert.InRange(count, damaged[at] == '\n' || lines[at] == '\n' ? 48 : 49, 49);
        }

        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task The_log_goes_on_in_further_files_and_one_process_only_writes_it()
    {
        await using var service = await Service.StartAsync((options, folder) =>
        {
            WithEvents(options, folder);
            options.EventSegment = 4096;
        });
        for (var i = 0; i < 100; i++)
            await service.Post("/v1/events", Events(($"user number {i}", i % 60)));
        var files = Directory.GetFiles(Path.Combine(service.Folder, "events"), "*.jsonl");
        Assert.InRange(files.Length, 2, 10);
        var count = 0;
        foreach (var file in files)
            SegmentReader.Read(file, (_, _) => count++);
        Assert.Equal(100, count);
        var mistake = await Assert.ThrowsAsync<Inference.UserMistakeException>(() => Service.StartAsync(WithEvents, service.Folder));
        Assert.Contains("no other service writes it", mistake.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Memory_keeps_the_latest_items_of_the_latest_users()
    {
        await using var service = await Service.StartAsync((options, folder) =>
        {
            WithEvents(options, folder);
            (options.EventHistory, options.EventUsers) = (3, 32);
        });
        await service.Post("/v1/events", Events(("ann", 50), ("ann", 1), ("ann", 2), ("ann", 1), ("ann", 3)));
        Assert.Equal(3, (await Ask(service, "ann")).Json.GetProperty("events").GetInt32());
        Assert.DoesNotContain(5, (await Ask(service, "ann", 7)).Ids.Select(SmallModel.GroupOf)); // the item of group 5 went first
        await service.Post("/v1/events", Events([.. Enumerable.Range(0, 40).Select(user => ($"u{user}", 1))]));
        Assert.Equal("popular", (await Ask(service, "ann")).Json.Text("basis"));
        Assert.Equal("history", (await Ask(service, "u39")).Json.Text("basis"));
    }

    [Theory]
    [InlineData("""{"events":[]}""", "#/events")]
    [InlineData("""{"events":[{"user":"a"}]}""", "#/events/0")]
    [InlineData("""{"events":[{"user":"a","item":"b"},{"user":"a","item":"b","time":-1}]}""", "#/events/1/time")]
    [InlineData("""{"events":[{"user":"a","item":"b","rating":"x"}]}""", "#/events/0/rating")]
    [InlineData("""{"events":[{"user":"a","item":"b","price":1}]}""", "#/events/0")]
    public async Task Events_that_are_not_valid_are_refused_as_a_whole(string body, string pointer)
    {
        await using var service = await Service.StartAsync(WithEvents);
        var answer = await service.Post("/v1/events", body);
        Assert.Equal("invalid-request", answer.Problem());
        Assert.Equal(pointer, answer.Json.Text("pointer"));
        Assert.Equal(0, new FileInfo(Path.Combine(service.Folder, "events", "events-00000001.jsonl")).Length);
    }

    [Fact]
    public async Task Without_a_log_events_are_refused()
    {
        await using var service = await Service.StartAsync();
        var answer = await service.Post("/v1/events", Events(("a", 1)));
        Assert.Equal(HttpStatusCode.NotImplemented, answer.Status);
        Assert.Equal("no-events", answer.Problem());
    }

    public static string Events(params (string User, int Item)[] events) =>
        JsonSerializer.Serialize(new { events = events.Select(one => new { user = one.User, item = SmallModel.Item(one.Item) }) });

    private static void WithEvents(ServingOptions options, string folder) => options.Events = Path.Combine(folder, "events");

    private static Task<Answer> Ask(Service service, string user, int k = 5) => service.Post("/v1/recommend", JsonSerializer.Serialize(new { user, k }));
}
