using MetaEmbed.Answers;

namespace MetaEmbed.Cli.Views;

/// <summary>How far a batch of lists is, and what it wrote.</summary>
internal sealed class BatchView(Screen screen) : IProgress<BatchProgress>
{
    private static readonly TimeSpan SignOfLife = TimeSpan.FromSeconds(5);
    private TimeSpan _last;

    public void Report(BatchProgress value)
    {
        var done = value.Done == value.Users;
        if (!screen.IsTerminal && !done && value.Elapsed - _last < SignOfLife)
            return;
        _last = value.Elapsed;
        var pace = (value.Done - value.Kept) / Math.Max(value.Elapsed.TotalSeconds, 1e-3);
        var left = done ? "" : $", {Durations.Text(TimeSpan.FromSeconds((value.Users - value.Done) / Math.Max(pace, 1)))} left";
        var line = $"{value.Done:N0} of {value.Users:N0} users, {pace:N0} a second{left}";
        if (screen.IsTerminal)
            screen.Text.Write($"\r{line,-70}{(done ? "\n" : "")}");
        else
            screen.Text.WriteLine(line);
        screen.Text.Flush();
    }

    public static void Show(Screen screen, BatchResult result)
    {
        if (screen.Json)
        {
            JsonLine.Write(json =>
            {
                json.WriteNumber("users", result.Users);
                json.WriteNumber("kept", result.Kept);
                json.WriteNumber("popular", result.Popular);
                json.WriteNumber("bytes", result.Bytes);
                json.WriteStartArray("files");
                foreach (var file in result.Files)
                    json.WriteStringValue(file);
                json.WriteEndArray();
            });
            return;
        }

        if (result.Kept > 0)
            screen.Text.WriteLine($"kept the lists of {result.Kept:N0} users from before");
        if (result.Popular > 0)
            screen.Text.WriteLine($"{result.Popular:N0} users are unknown and got popular items");
        screen.Text.WriteLine($"wrote lists of {result.Users:N0} users, {result.Bytes:N0} bytes: {result.Files[0]}{(result.Files.Count > 1 ? $" .. {Path.GetFileName(result.Files[^1])}" : "")}");
    }
}
