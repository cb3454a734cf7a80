using System.Net;
using System.Net.Sockets;

namespace MetaEmbed.Device.Tests;

/// <summary>Hands out the files of a folder, and nothing else: all that the browser's page needs.</summary>
internal sealed class StaticFiles : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly string _folder;

    public StaticFiles(string folder)
    {
        _folder = folder;
        using (var free = new TcpListener(IPAddress.Loopback, 0))
        {
            free.Start();
            Address = $"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}/";
        }

        _listener.Prefixes.Add(Address);
        _listener.Start();
        _ = Task.Run(Serve);
    }

    public string Address { get; }

    public void Dispose() => _listener.Close();

    private async Task Serve()
    {
        while (_listener.IsListening)
        {
            try
            {
                var context = await _listener.GetContextAsync();
                var name = context.Request.Url!.AbsolutePath.TrimStart('/');
                var path = Path.Combine(_folder, name.Length == 0 ? "index.html" : name);
                context.Response.StatusCode = File.Exists(path) ? 200 : 404;
                context.Response.ContentType = Path.GetExtension(path) switch
                {
                    ".html" => "text/html",
                    ".js" => "text/javascript",
                    ".css" => "text/css",
                    ".wasm" => "application/wasm",
                    _ => "application/octet-stream",
                };
                if (File.Exists(path))
                    await context.Response.OutputStream.WriteAsync(await File.ReadAllBytesAsync(path));
                context.Response.Close();
            }
            catch (Exception ended) when (ended is HttpListenerException or ObjectDisposedException)
            {
                // The test is over, or the browser went away.
            }
        }
    }
}
