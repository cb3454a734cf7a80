using System.Diagnostics;

namespace MetaEmbed.Cli.Tests;

/// <summary>What a process left behind.</summary>
internal sealed record Outcome(int Code, string Output, string Error)
{
    public string[] OutputLines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public string[] ErrorLines => Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}

/// <summary>The real command as a process.</summary>
internal static class Metaembed
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public static Outcome Run(params string[] args) => Finish(Start(args));

    public static Process Start(params string[] args) => Start("dotnet", null, [Path.Combine(AppContext.BaseDirectory, "MetaEmbed.Cli.dll"), .. args]);

    /// <summary>Starts any program.</summary>
    public static Process Start(string program, IReadOnlyDictionary<string, string>? environment, params string[] args)
    {
        var start = new ProcessStartInfo(program, args) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        return Process.Start(start)!;
    }

    /// <summary>Waits for the end; kills what hangs.</summary>
    public static Outcome Finish(Process process)
    {
        using (process)
        {
            var output = process.StandardOutput.ReadToEndAsync();
            var error = process.StandardError.ReadToEndAsync();
            if (!process.WaitForExit(Patience))
            {
                process.Kill(entireProcessTree: true);
                Assert.Fail("the process did not end");
            }

            return new Outcome(process.ExitCode, output.Result, error.Result);
        }
    }

    /// <summary>The one line of a user's mistake; fails where there is anything else.</summary>
    public static string Mistake(params string[] args)
    {
        var outcome = Run(args);
        Assert.Equal(2, outcome.Code);
        Assert.Equal("", outcome.Output);
        var line = Assert.Single(outcome.ErrorLines);
        Assert.StartsWith("metaembed: ", line, StringComparison.Ordinal);
        return line["metaembed: ".Length..];
    }
}
