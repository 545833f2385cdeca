using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;

namespace Djust.Presence.Benchmarks;

/// <summary>A WebSocket on a TCP connection whose buffers are as small as they get, speaking the JSON hub protocol by hand.</summary>
internal sealed class RawSocket : IDisposable
{
    private readonly TcpClient _tcp;
    private readonly WebSocket _socket;

    private RawSocket(TcpClient tcp, WebSocket socket)
    {
        _tcp = tcp;
        _socket = socket;
    }

    public static async Task<RawSocket> ConnectAsync(int port, string path, int receiveBuffer = 0)
    {
        var tcp = new TcpClient { NoDelay = true };
        if (receiveBuffer > 0)
        {
            tcp.ReceiveBufferSize = receiveBuffer;
        }

        await tcp.ConnectAsync(IPAddress.Loopback, port);
        var stream = tcp.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"));
        await ReadHeadAsync(stream);
        var socket = new RawSocket(tcp, WebSocket.CreateFromStream(stream, new WebSocketCreationOptions { KeepAliveInterval = TimeSpan.Zero }));
        await socket.SendAsync("""{"protocol":"json","version":1}""");
        return socket;
    }

    public async Task SendAsync(string message) =>
        await _socket.SendAsync(Encoding.UTF8.GetBytes(message + "\u001e"), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);

    /// <summary>Reads until the socket closes; messages are given out one by one.</summary>
    /// <param name="received">Called for each message, without its end.</param>
    /// <param name="bufferSize">How many bytes are read at once.</param>
    public async Task ReadAsync(Action<string> received, int bufferSize = 65_536)
    {
        var buffer = new byte[bufferSize];
        var text = new StringBuilder();
        while (_socket.State == WebSocketState.Open)
        {
            WebSocketReceiveResult result;
            try
            {
                result = await _socket.ReceiveAsync(buffer, CancellationToken.None);
            }
            catch (Exception e) when (e is WebSocketException or ObjectDisposedException or OperationCanceledException)
            {
                // The benchmark has ended.
                return;
            }

            text.Append(Encoding.UTF8.GetString(buffer, 0, result.Count));
            for (var end = IndexOfEnd(text); end >= 0; end = IndexOfEnd(text))
            {
                received(text.ToString(0, end));
                text.Remove(0, end + 1);
            }
        }
    }

    /// <summary>Reads until the socket closes; bytes are given out as they come, for a reader that must cost little.</summary>
    /// <param name="received">Called with each piece.</param>
    /// <param name="bufferSize">How many bytes are read at once.</param>
    public async Task ReadBytesAsync(Action<ReadOnlyMemory<byte>> received, int bufferSize = 16_384)
    {
        var buffer = new byte[bufferSize];
        while (_socket.State == WebSocketState.Open)
        {
            try
            {
                var result = await _socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None);
                received(buffer.AsMemory(0, result.Count));
            }
            catch (Exception e) when (e is WebSocketException or ObjectDisposedException or OperationCanceledException)
            {
                // The server, or the benchmark, has ended it.
                return;
            }
        }
    }

    public void Dispose()
    {
        _socket.Dispose();
        _tcp.Dispose();
    }

    private static int IndexOfEnd(StringBuilder text)
    {
        var index = 0;
        foreach (var chunk in text.GetChunks())
        {
            var at = chunk.Span.IndexOf('\u001e');
            if (at >= 0)
            {
                return index + at;
            }

            index += chunk.Length;
        }

        return -1;
    }

    private static async Task ReadHeadAsync(NetworkStream stream)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            await stream.ReadExactlyAsync(one);
            head.Append((char)one[0]);
        }
    }
}
