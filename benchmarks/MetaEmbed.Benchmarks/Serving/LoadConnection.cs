using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace MetaEmbed.Benchmarks.Serving;

/// <summary>One connection of a load client: sends bytes that are ready, reads one answer, looks at its status only.</summary>
internal sealed class LoadConnection : IDisposable
{
    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _buffer = new byte[1 << 16];

    public async Task OpenAsync(int port) => await _socket.ConnectAsync(IPAddress.Loopback, port);

    /// <summary>Opens it; false where the server does not take it.</summary>
    public async Task<bool> TryOpenAsync(int port)
    {
        try
        {
            await OpenAsync(port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>Sends a request and waits for the whole answer.</summary>
    /// <returns>The status code; 0 where the connection broke.</returns>
    public async ValueTask<int> SendAsync(ReadOnlyMemory<byte> request)
    {
        try
        {
            await _socket.SendAsync(request);
            var filled = 0;
            while (true)
            {
                var read = await _socket.ReceiveAsync(_buffer.AsMemory(filled));
                if (read == 0)
                    return 0;
                filled += read;
                if (IsWhole(_buffer.AsSpan(0, filled)))
                    return int.Parse(_buffer.AsSpan(9, 3), CultureInfo.InvariantCulture);
            }
        }
        catch (SocketException)
        {
            return 0;
        }
    }

    public void Dispose() => _socket.Dispose();

    private static bool IsWhole(ReadOnlySpan<byte> answer)
    {
        var end = answer.IndexOf("\r\n\r\n"u8);
        if (end < 0)
            return false;
        var at = answer[..end].IndexOf("Content-Length: "u8);
        if (at < 0)
            return answer.EndsWith("\r\n0\r\n\r\n"u8);
        var digits = answer[(at + 16)..end];
        var line = digits.IndexOf((byte)'\r');
        return answer.Length == end + 4 + int.Parse(line < 0 ? digits : digits[..line], CultureInfo.InvariantCulture);
    }
}
