using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Djust.Presence.Redis.Tests.Hosting;

/// <summary>Answers as a Redis of any version does to a client that connects, and knows no other commands.</summary>
internal sealed class FakeRedis : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly string _version;
    private readonly Task _accepting;

    public FakeRedis(string version)
    {
        _version = version;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public string Endpoint => _listener.LocalEndpoint.ToString()!;

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Stop();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        var clients = new List<Task>();
        try
        {
            while (true)
            {
                clients.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stopping.Token)));
            }
        }
        finally
        {
            await Task.WhenAll(clients).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            // One character for each byte, so that lengths are right.
            var stream = client.GetStream();
            using var reader = new StreamReader(stream, Encoding.Latin1);
            while (await ReadAsync(reader) is { } command)
            {
                await stream.WriteAsync(Encoding.Latin1.GetBytes(Answer(command)), _stopping.Token);
            }
        }
    }

    private async Task<string[]?> ReadAsync(StreamReader reader)
    {
        if (await reader.ReadLineAsync(_stopping.Token) is not ['*', .. var count])
        {
            return null;
        }

        var parts = new string[int.Parse(count, CultureInfo.InvariantCulture)];
        for (var i = 0; i < parts.Length; i++)
        {
            var length = (await reader.ReadLineAsync(_stopping.Token))![1..];
            var text = new char[int.Parse(length, CultureInfo.InvariantCulture) + 2];
            await reader.ReadBlockAsync(text, _stopping.Token);
            parts[i] = new string(text, 0, text.Length - 2);
        }

        return parts;
    }

    private string Answer(string[] command) => command[0].ToUpperInvariant() switch
    {
        "HELLO" => $"%5\r\n{Bulk("server")}{Bulk("redis")}{Bulk("version")}{Bulk(_version)}{Bulk("proto")}:3\r\n{Bulk("mode")}{Bulk("standalone")}{Bulk("role")}{Bulk("master")}",
        "PING" => "+PONG\r\n",
        "ECHO" => Bulk(command[1]),
        "INFO" => Bulk($"# Server\r\nredis_version:{_version}\r\nredis_mode:standalone\r\n# Replication\r\nrole:master\r\n"),
        "SUBSCRIBE" or "SSUBSCRIBE" => $">3\r\n{Bulk("subscribe")}{Bulk(command[1])}:1\r\n",
        "CLIENT" or "SELECT" or "AUTH" => "+OK\r\n",
        "CONFIG" => "%0\r\n",
        "GET" => "_\r\n",
        _ => $"-ERR unknown command '{command[0]}'\r\n",
    };

    private static string Bulk(string text) => string.Create(CultureInfo.InvariantCulture, $"${text.Length}\r\n{text}\r\n");
}
