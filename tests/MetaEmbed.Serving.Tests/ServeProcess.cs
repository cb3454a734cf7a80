using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace MetaEmbed.Serving.Tests;

/// <summary>The real <c>metaembed serve</c> as a process.</summary>
internal sealed class ServeProcess : IDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _log = new();

    private ServeProcess(Process process)
    {
        _process = process;
        process.ErrorDataReceived += (_, line) =>
        {
            lock (_log)
                _log.AppendLine(line.Data);
        };
        process.BeginErrorReadLine();
    }

    public HttpClient Client { get; } = new() { Timeout = TimeSpan.FromSeconds(20) };

    /// <summary>What it wrote to standard error so far.</summary>
    public string Log
    {
        get
        {
            lock (_log)
                return _log.ToString();
        }
    }

    /// <summary>Starts it and waits until it answers; fails where it ends instead.</summary>
    public static ServeProcess Start(params string[] args) => StartAfter(null, args);

    /// <summary>Starts it by a shell that does something first.</summary>
    /// <param name="before">Shell commands, ending in a semicolon; null for no shell.</param>
    /// <param name="args">Arguments of <c>serve</c>.</param>
    public static ServeProcess StartAfter(string? before, params string[] args) => Started(Serve(before, args), line =>
    {
        using var json = JsonDocument.Parse(line);
        return json.RootElement.GetProperty("urls")[0].GetString()!;
    });

    /// <summary>Starts the server that was compiled ahead of time, which knows no other commands.</summary>
    /// <param name="program">Path of the program.</param>
    /// <param name="args">Its arguments.</param>
    public static ServeProcess StartCompiled(string program, params string[] args) => Started([program, "--port", "0", .. args], line => line.Split(' ')[^1]);

    /// <summary>Starts it where it cannot serve: exit code and standard error.</summary>
    public static (int Code, string Error) Fail(params string[] args)
    {
        using var process = Launch(Serve(null, args));
        var error = process.StandardError.ReadToEndAsync();
        Assert.True(process.WaitForExit(30_000));
        return (process.ExitCode, error.Result);
    }

    public async Task<Answer> Post(string path, string json)
    {
        using var response = await Client.PostAsync(path, new StringContent(json, Encoding.UTF8, "application/json"));
        return await Answer.Of(response);
    }

    /// <summary>Ends it as a power cut would.</summary>
    public void KillHard()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    /// <summary>Tells it to stop, and gives its exit code.</summary>
    public int Stop()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such signal");
        using var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]);
        Assert.True(_process.WaitForExit(20_000));
        _process.WaitForExit(); // also for the end of its log
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            KillHard();
        _process.Dispose();
        Client.Dispose();
    }

    private static ServeProcess Started(string[] command, Func<string, string> url)
    {
        var started = new ServeProcess(Launch(command));
        var line = started._process.StandardOutput.ReadLine();
        if (line is null)
        {
            started._process.WaitForExit();
            throw new InvalidOperationException("the service ended: " + started.Log);
        }

        started.Client.BaseAddress = new Uri(url(line));
        return started;
    }

    private static string[] Serve(string? before, string[] args)
    {
        string[] command = ["dotnet", Path.Combine(AppContext.BaseDirectory, "MetaEmbed.Cli.dll"), "serve", "--port", "0", "--json", .. args];
        return before is null ? command : ["bash", "-c", before + " exec \"$@\"", "bash", .. command];
    }

    private static Process Launch(string[] command)
    {
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["DOTNET_TieredPGO"] = "0";
        return Process.Start(start)!;
    }
}
