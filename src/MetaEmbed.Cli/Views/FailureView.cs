using System.Globalization;
using MetaEmbed.Inference;

namespace MetaEmbed.Cli.Views;

/// <summary>What a command that fails says, on standard error.</summary>
internal static class FailureView
{
    public static void Mistake(UserMistakeException mistake) => Console.Error.WriteLine("metaembed: " + mistake.Message.Replace("?.", "?", StringComparison.Ordinal));

    public static void Interrupted() => Console.Error.WriteLine("metaembed: interrupted");

    /// <summary>A short notice; the details go to a file.</summary>
    public static void Bug(Exception bug, string[] args)
    {
        Console.Error.WriteLine($"metaembed: a bug in metaembed ({bug.GetType().Name}: {bug.Message.ReplaceLineEndings(" ")})");
        var log = WriteLog(bug, args);
        Console.Error.WriteLine(log is null ? bug.ToString() : $"metaembed: details are in {log}; please send them along with what you did");
    }

    private static string? WriteLog(Exception bug, string[] args)
    {
        var now = DateTime.UtcNow;
        var text = $"""
            {now.ToString("O", CultureInfo.InvariantCulture)}
            metaembed {typeof(FailureView).Assembly.GetName().Version} {string.Join(' ', args)}
            .NET {Environment.Version}, {Environment.OSVersion}, {Environment.ProcessorCount} processors

            {bug}

            """;
        string[] folders = [Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), Path.GetTempPath()];
        foreach (var folder in folders)
        {
            try
            {
                var logs = Path.Combine(folder, "metaembed", "logs");
                Directory.CreateDirectory(logs);
                var log = Path.Combine(logs, $"bug-{now.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture)}-{Environment.ProcessId}.log");
                File.WriteAllText(log, text);
                return log;
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                // the next folder; where there is none, the details go to the screen
            }
        }

        return null;
    }
}
