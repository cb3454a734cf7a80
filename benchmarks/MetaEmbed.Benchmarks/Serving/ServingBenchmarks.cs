using System.Text;
using System.Text.Json;
using MetaEmbed.Inference;

namespace MetaEmbed.Benchmarks.Serving;

/// <summary>
/// A service under load over a real socket, client and server on the same processors: time to be ready, the most lists a second,
/// times at half and at twice of that, memory. Lists of 20 from histories of 30 items.
/// </summary>
internal static class ServingBenchmarks
{
    private const int HistoryLength = 30;
    private const int Requests = 4096;
    private const int Starts = 11;
    private static readonly int[] Connections = [1, 2, 4, 8, 16, 32, 64];

    /// <summary>Prints tables.</summary>
    /// <param name="model">A model file that knows what users met.</param>
    /// <param name="seconds">Seconds of each measurement.</param>
    /// <param name="minutes">Minutes at half of the most, for the memory; 0 for none.</param>
    /// <param name="server">Program and arguments of the server; none for the command of this checkout.</param>
    public static async Task Run(string model, double seconds, double minutes, string[] server)
    {
        var command = server.Length > 0 ? server : ["dotnet", Path.Combine(Root(), "src/MetaEmbed.Cli/bin/Release/net10.0/MetaEmbed.Cli.dll"), "serve"];
        var requests = Bodies(model);
        Console.WriteLine($"{string.Join(' ', command)}; {Environment.ProcessorCount} processors for client and server; lists of 20 from {HistoryLength} items, {requests[0].Length} bytes a request");
        var ready = new List<double>();
        for (var i = 0; i < Starts; i++)
        {
            using var started = await ServedProcess.StartAsync(command, model);
            ready.Add(1000 * started.ReadySeconds);
        }

        ready.Sort();
        Console.WriteLine($"ready {ready[Starts / 2]:F0} ms after the start, median of {Starts} ({ready[0]:F0} to {ready[^1]:F0})");
        using var service = await ServedProcess.StartAsync(command, model);
        Console.WriteLine($"resident {service.ResidentMegabytes:F0} MB before any list");
        using (var client = new LoadClient(service.Port, requests))
            await client.ClosedAsync(8, Math.Max(5, seconds)); // until the code is compiled for good
        Console.WriteLine("| load | answers/s | refusals/s | broken | other statuses | not sent | p50 ms | p99 ms | p99.9 ms | refusals p99 ms |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|---|");
        var most = 0.0;
        foreach (var connections in Connections)
        {
            var before = service.ProcessorSeconds;
            using var client = new LoadClient(service.Port, requests);
            var closed = await client.ClosedAsync(connections, seconds);
            Console.WriteLine(closed.Row($"closed, {connections} connections") + $" {1e6 * (service.ProcessorSeconds - before) / closed.Answers:F0} us of processor a list in the server");
            most = Math.Max(most, closed.AnswersPerSecond);
        }

        foreach (var share in new[] { 0.5, 0.8, 1, 2 })
        {
            using var client = new LoadClient(service.Port, requests);
            var open = await client.OpenAsync(share * most, seconds);
            Console.WriteLine(open.Row($"open, {share} of the most: {share * most:N0}/s"));
        }

        Console.WriteLine($"resident {service.ResidentMegabytes:F0} MB");
        for (var minute = 0.0; minute < minutes; minute++)
        {
            using var client = new LoadClient(service.Port, requests);
            var half = await client.OpenAsync(0.5 * most, 60, seed: (int)minute);
            Console.WriteLine(half.Row($"open, half, minute {minute + 1:F0}") + $" resident {service.ResidentMegabytes:F0} MB");
        }
    }

    private static ReadOnlyMemory<byte>[] Bodies(string model)
    {
        using var recommender = Recommender.Open(model);
        var random = new Random(5);
        var bodies = new ReadOnlyMemory<byte>[Requests];
        for (var i = 0; i < Requests; i++)
        {
            int[] history;
            do
                history = recommender.HistoryOf(random.Next(recommender.UserCount)).ToArray();
            while (history.Length < HistoryLength);
            random.Shuffle(history);
            var json = JsonSerializer.SerializeToUtf8Bytes(new { history = history[..HistoryLength].Select(recommender.ItemName), k = 20 });
            var head = Encoding.ASCII.GetBytes($"POST /v1/recommend HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {json.Length}\r\n\r\n");
            bodies[i] = (byte[])[.. head, .. json];
        }

        return bodies;
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "MetaEmbed.slnx")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("no MetaEmbed.slnx above the benchmarks");
    }
}
