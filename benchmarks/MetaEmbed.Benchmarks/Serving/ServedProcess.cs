using System.Diagnostics;
using System.Net.Sockets;

namespace MetaEmbed.Benchmarks.Serving;

/// <summary>The service under load, a process of its own.</summary>
internal sealed class ServedProcess : IDisposable
{
    private readonly Process _process;

    private ServedProcess(Process process, int port, double readySeconds) => (_process, Port, ReadySeconds) = (process, port, readySeconds);

    public int Port { get; }

    /// <summary>From the start of the process to the first answer of <c>/readyz</c>.</summary>
    public double ReadySeconds { get; }

    public double ResidentMegabytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64 / 1e6;
        }
    }

    public double ProcessorSeconds
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime.TotalSeconds;
        }
    }

    /// <summary>Starts it and waits until it is ready.</summary>
    /// <param name="command">Program and arguments; <c>--model</c>, <c>--port</c> and the log's form are added.</param>
    /// <param name="model">The model file.</param>
    public static async Task<ServedProcess> StartAsync(string[] command, string model)
    {
        using var free = new TcpListener(System.Net.IPAddress.Loopback, 0);
        free.Start();
        var port = ((System.Net.IPEndPoint)free.LocalEndpoint).Port;
        free.Stop();
        var start = new ProcessStartInfo(command[0], [.. command[1..], "--model", model, "--port", $"{port}", "--log", "none"]) { RedirectStandardOutput = true };
        var started = Stopwatch.GetTimestamp();
        var process = Process.Start(start)!;
        var request = "GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray();
        while (!process.HasExited)
        {
            try
            {
                using var connection = new LoadConnection();
                await connection.OpenAsync(port);
                if (await connection.SendAsync(request) == 200)
                    return new ServedProcess(process, port, Stopwatch.GetElapsedTime(started).TotalSeconds);
            }
            catch (SocketException)
            {
                // not listening yet
            }

            await Task.Delay(1);
        }

        throw new InvalidOperationException($"the service ended with {process.ExitCode}");
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }
}
