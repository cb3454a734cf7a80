using System.Diagnostics;

namespace MetaEmbed.Packages.Tests;

/// <summary>What a process left.</summary>
/// <param name="Code">Exit code.</param>
/// <param name="Text">Standard output, then standard error.</param>
internal sealed record Outcome(int Code, string Text);

/// <summary>Runs programs as a user would who has only the SDK.</summary>
internal static class Dotnet
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    public static Outcome Run(string folder, params string[] args) => Start(folder, Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", args);

    public static Outcome Start(string folder, string program, params string[] args)
    {
        var start = new ProcessStartInfo(program, args) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        // What a build that runs these tests may leave for its children.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToList())
            start.Environment.Remove(name);
        start.Environment["DOTNET_NOLOGO"] = "1";
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["UseSharedCompilation"] = "false";
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{program} {string.Join(' ', args)} did not end");
        }

        return new Outcome(process.ExitCode, output.Result + error.Result);
    }
}
