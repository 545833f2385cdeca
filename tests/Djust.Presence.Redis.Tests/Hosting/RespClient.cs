using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Djust.Presence.Redis.Tests.Hosting;

/// <summary>Speaks Redis' protocol by hand and does no more than it is told: no handshake, no retry, no pings.</summary>
internal sealed class RespClient : IDisposable
{
    private readonly TcpClient _client = new() { NoDelay = true };

    private StreamReader _reader = null!;

    /// <exception cref="IOException">It could not, or was closed at once: which of the two a client sees is a matter of time.</exception>
    public static async Task<RespClient> ConnectAsync(int port)
    {
        var client = new RespClient();
        try
        {
            await client._client.ConnectAsync(IPAddress.Loopback, port);
        }
        catch (SocketException error)
        {
            client.Dispose();
            throw new IOException($"There is no connection with port {port}.", error);
        }

        // One character for each byte, so that lengths are right.
        client._reader = new StreamReader(client._client.GetStream(), Encoding.Latin1);
        return client;
    }

    /// <summary>One command over a connection of its own.</summary>
    public static async Task<string> CommandAsync(int port, params string[] command)
    {
        using var client = await ConnectAsync(port);
        return await client.CommandAsync(command);
    }

    public async Task<string> CommandAsync(params string[] command)
    {
        await SendAsync(command);
        return await ReadAsync();
    }

    public async Task SendAsync(params string[] command)
    {
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"*{command.Length}\r\n");
        foreach (var part in command)
        {
            text.Append(CultureInfo.InvariantCulture, $"${part.Length}\r\n{part}\r\n");
        }

        await _client.GetStream().WriteAsync(Encoding.Latin1.GetBytes(text.ToString()));
    }

    /// <summary>The next reply, if it is a string or a number.</summary>
    public async Task<string> ReadAsync()
    {
        var line = await _reader.ReadLineAsync() ?? throw new EndOfStreamException("The connection was closed.");
        switch (line[0])
        {
            case '+' or ':':
                return line[1..];
            case '$' when line[1] == '-':
                return string.Empty;
            case '$':
                var bulk = new char[int.Parse(line[1..], CultureInfo.InvariantCulture) + 2];
                return await _reader.ReadBlockAsync(bulk) == bulk.Length
                    ? new string(bulk, 0, bulk.Length - 2)
                    : throw new EndOfStreamException("The connection was closed within a reply.");
            default:
                throw new InvalidOperationException($"The server answered {line}");
        }
    }

    public void Dispose()
    {
        _reader?.Dispose();
        _client.Dispose();
    }
}
