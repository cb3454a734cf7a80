using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json;
using MetaEmbed.Serving.Events;

namespace MetaEmbed.Serving.Tests;

/// <summary>The real command as a process: killed, out of disk, told to stop.</summary>
public sealed class ProcessTests : IDisposable
{
    /// <summary>How often the writer of events is killed; METAEMBED_KILLS says otherwise.</summary>
    private static readonly int Kills = int.Parse(Environment.GetEnvironmentVariable("METAEMBED_KILLS") ?? "6", CultureInfo.InvariantCulture);

    private const int Clients = 4;

    private readonly string _folder = Directory.CreateTempSubdirectory("metaembed-process-").FullName;

    public ProcessTests() => SmallModel.Write(Model);

    private string Model => Path.Combine(_folder, "small.metaembed");

    private string Events => Path.Combine(_folder, "events");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task No_acknowledged_event_is_lost_when_the_writer_is_killed()
    {
        var random = new Random(20_25);
        var acknowledged = new HashSet<string>();
        for (var round = 0; round < Kills; round++)
        {
            using var service = ServeProcess.Start("--model", Model, "--events", Events, "--event-segment", "8192");
            var taken = Enumerable.Range(0, Clients).Select(_ => new ConcurrentQueue<string>()).ToArray();
            var clients = taken.Select((users, client) => AppendUntilKilled(service, $"{round}-{client}", users)).ToArray();
            // Not before the first is acknowledged, however busy the machine; then at any moment.
            for (var patience = 0; taken.All(users => users.IsEmpty) && patience < 10_000; patience++)
                await Task.Delay(1, TestContext.Current.CancellationToken);
            await Task.Delay(random.Next(0, 80), TestContext.Current.CancellationToken);
            service.KillHard();
            await Task.WhenAll(clients);
            foreach (var users in taken)
                acknowledged.UnionWith(users);
            Assert.Subset(Logged(), acknowledged);
        }

        Assert.NotEmpty(acknowledged);
        TestContext.Current.SendDiagnosticMessage($"{Kills} kills, {acknowledged.Count} acknowledged events, none lost");
        using var last = ServeProcess.Start("--model", Model, "--events", Events);
        var answer = await last.Post("/v1/recommend", JsonSerializer.Serialize(new { user = acknowledged.First() }));
        Assert.Equal(1, answer.Json.GetProperty("events").GetInt32());
    }

    [Fact]
    public async Task On_a_full_disk_nothing_is_acknowledged_and_room_mends_it()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux");
        Directory.CreateDirectory(Events);
        Assert.SkipUnless(Shell("mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", Events) == 0, "a small disk needs the rights to mount one");
        try
        {
            using var service = ServeProcess.Start("--model", Model, "--events", Events);
            var accepted = await FillUp(service);
            Assert.Equal(0, Shell("mount", "-o", "remount,size=1m", Events));
            Assert.Equal(HttpStatusCode.Accepted, (await Append(service, "later")).Status);
            accepted.Add("later");
            Assert.Equal(accepted, Logged());
        }
        finally
        {
            Shell("umount", Events);
        }
    }

    [Fact]
    public async Task A_file_that_may_not_grow_is_as_a_full_disk()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "a limit on the size of files needs Linux");
        // The limit of bash is in KiB; W^X would need a large file of its own.
        using var service = ServeProcess.StartAfter("export DOTNET_EnableWriteXorExecute=0; trap '' XFSZ; ulimit -S -f 16;", "--model", Model, "--events", Events);
        var accepted = await FillUp(service);
        service.KillHard();
        using var roomy = ServeProcess.Start("--model", Model, "--events", Events);
        Assert.Equal(HttpStatusCode.Accepted, (await Append(roomy, "later")).Status);
        accepted.Add("later");
        Assert.Equal(accepted, Logged());
    }

    // Appends until the disk is full; the users whose events were acknowledged are those in the log.
    private async Task<HashSet<string>> FillUp(ServeProcess service)
    {
        var accepted = new HashSet<string>();
        Answer answer;
        for (var i = 0; (answer = await Append(service, $"user {i}")).Status == HttpStatusCode.Accepted; i++)
        {
            Assert.True(i < 1000, "the disk is never full");
            accepted.Add($"user {i}");
        }

        Assert.Equal(HttpStatusCode.InsufficientStorage, answer.Status);
        Assert.Equal("disk-full", answer.Problem());
        Assert.Equal(accepted, Logged());
        Assert.Equal(HttpStatusCode.InsufficientStorage, (await Append(service, "too much")).Status);
        Assert.Equal(HttpStatusCode.OK, (await service.Post("/v1/recommend", """{"user":"user 3"}""")).Status);
        return accepted;
    }

    [Fact]
    public async Task Bad_files_and_two_hundred_reloads_under_load_fail_no_request()
    {
        using var service = ServeProcess.Start("--model", Model, "--watch", "0", "--concurrency", "8");
        using var stop = new CancellationTokenSource();
        var clients = Enumerable.Range(0, 3).Select(_ => Task.Run(async () =>
        {
            var count = 0;
            for (; !stop.IsCancellationRequested; count++)
            {
                var answer = await service.Post("/v1/recommend", $$"""{"history":["{{SmallModel.Item(20)}}"],"k":5}""");
                Assert.Equal(HttpStatusCode.OK, answer.Status);
                Assert.All(answer.Ids, id => Assert.Equal(2, SmallModel.GroupOf(id)));
            }

            return count;
        })).ToArray();
        for (var i = 0; i < 200; i++)
        {
            // Every tenth file is a bad one.
            var isBad = i % 10 == 9;
            SmallModel.Write(Model, tilt: 0.001f * i);
            if (isBad)
                DamagedModel.Write(Model, DamagedModel.Kinds[i / 10 % DamagedModel.Kinds.Length]);
            Assert.Equal(isBad ? HttpStatusCode.Conflict : HttpStatusCode.OK, (await service.Post("/v1/admin/reload", "")).Status);
        }

        await stop.CancelAsync();
        Assert.All(await Task.WhenAll(clients), count => Assert.True(count > 0));
        Assert.Equal(0, service.Stop());
    }

    [Theory]
    [InlineData("truncated", "is damaged")]
    [InlineData("flipped row", "is damaged")]
    [InlineData("newer version", "has format version 9")]
    public void A_bad_model_ends_the_start_with_one_line(string damage, string expected)
    {
        DamagedModel.Write(Model, damage);
        var (code, error) = ServeProcess.Fail("--model", Model);
        Assert.Equal(2, code);
        Assert.Contains(expected, Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_signal_ends_it_in_order_and_the_log_names_nobody()
    {
        using var service = ServeProcess.Start("--model", Model, "--events", Events, "--log-requests", "true", "--log", "json");
        await Append(service, "secret person");
        await service.Post("/v1/recommend", """{"user":"secret person","history":["secret thing"]}""");
        await service.Post("/v1/recommend", """{"user":"secret person""");
        await service.Post("/v1/nothing/secret", "{}");
        await service.Client.GetAsync("/v1/items/secret%20thing/similar?q=secret", TestContext.Current.CancellationToken);
        Assert.Equal(0, service.Stop());
        Assert.DoesNotContain("secret", service.Log, StringComparison.Ordinal);
        var lines = service.Log.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement).ToArray();
        Assert.Contains(lines, line => line.GetProperty("State").TryGetProperty("Route", out var route) && route.GetString() == "/v1/recommend");
    }

    [Theory]
    [InlineData("no model is given")]
    [InlineData("--max-k is '0'; give a whole number from 1 to 100000", "--model", "x", "--max-k", "0")]
    [InlineData("missing.metaembed: there is no such file", "--model", "missing.metaembed")]
    [InlineData("'shop' is no address", "--model", "MODEL", "--host", "shop")]
    [InlineData("is no key", "--model", "MODEL", "--keys", "MODEL.keys")]
    public void What_cannot_serve_is_one_line_and_exit_code_2(string expected, params string[] args)
    {
        File.WriteAllText(Model + ".keys", "read shop 1234\n");
        var (code, error) = ServeProcess.Fail([.. args.Select(arg => arg.Replace("MODEL", Model, StringComparison.Ordinal))]);
        Assert.Equal(2, code);
        var line = Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains(expected, line, StringComparison.Ordinal);
    }

    private static int Shell(string program, params string[] args)
    {
        var start = new ProcessStartInfo(program, args) { RedirectStandardError = true };
        using var process = Process.Start(start)!;
        process.WaitForExit();
        return process.ExitCode;
    }

    private static Task<Answer> Append(ServeProcess service, string user) =>
        service.Post("/v1/events", JsonSerializer.Serialize(new { events = new[] { new { user, item = SmallModel.Item(1) } } }));

    private static async Task AppendUntilKilled(ServeProcess service, string client, ConcurrentQueue<string> acknowledged)
    {
        for (var i = 0; ; i++)
        {
            try
            {
                if ((await Append(service, $"{client}-{i}")).Status != HttpStatusCode.Accepted)
                    return;
                acknowledged.Enqueue($"{client}-{i}");
            }
            catch (Exception failure) when (failure is HttpRequestException or IOException)
            {
                return; // killed before it was acknowledged
            }
        }
    }

    private HashSet<string> Logged()
    {
        var users = new HashSet<string>();
        foreach (var file in Directory.GetFiles(Events, "*.jsonl"))
            SegmentReader.Read(file, (user, _) => users.Add(user));
        return users;
    }
}
