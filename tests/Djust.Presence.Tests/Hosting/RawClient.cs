using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace Djust.Presence.Tests.Hosting;

/// <summary>A client that speaks the JSON hub protocol by hand and does no more than it is told: no pings, no reading until <see cref="StartReading"/>.</summary>
internal sealed class RawClient : IDisposable
{
    private readonly ClientWebSocket _socket = new();
    private readonly ConcurrentQueue<JsonElement> _received = new();

    /// <summary>What has been read, without pings.</summary>
    public IReadOnlyList<JsonElement> Received => [.. _received];

    /// <summary>The arguments of the frames that have been read.</summary>
    public IEnumerable<JsonElement> Frames => Received
        .Where(message => message.TryGetProperty("target", out var target) && target.GetString() == "CursorFrame")
        .Select(message => message.GetProperty("arguments")[0]);

    public bool IsOpen => _socket.State == WebSocketState.Open;

    public static async Task<RawClient> ConnectAsync(PresenceServer server, string path)
    {
        var client = new RawClient();
        client._socket.Options.KeepAliveInterval = TimeSpan.Zero;
        await client._socket.ConnectAsync(new UriBuilder(new Uri(server.Url, path)) { Scheme = "ws" }.Uri, CancellationToken.None);
        await client.SendAsync("""{"protocol":"json","version":1}""");
        return client;
    }

    public Task SendAsync(string message) =>
        _socket.SendAsync(Encoding.UTF8.GetBytes(message + "\u001e"), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);

    /// <summary>Reads from now on. What is not valid JSON ends the reading.</summary>
    public void StartReading() => _ = ReadAsync();

    /// <summary>The completion of an invocation that this client has sent, once it has come.</summary>
    public async Task<JsonElement> CompletionAsync(string invocationId)
    {
        JsonElement found = default;
        await Eventually.TrueAsync(
            () => (found = _received.FirstOrDefault(message => message.TryGetProperty("invocationId", out var id) && id.GetString() == invocationId)).ValueKind == JsonValueKind.Object,
            $"the invocation {invocationId} is answered");
        return found;
    }

    public void Dispose() => _socket.Dispose();

    private async Task ReadAsync()
    {
        var buffer = new byte[65_536];
        var text = new MemoryStream();
        while (_socket.State == WebSocketState.Open)
        {
            var part = await _socket.ReceiveAsync(buffer, CancellationToken.None);
            text.Write(buffer, 0, part.Count);
            if (part.EndOfMessage)
            {
                foreach (var message in Encoding.UTF8.GetString(text.ToArray()).Split('\u001e', StringSplitOptions.RemoveEmptyEntries))
                {
                    var read = JsonSerializer.Deserialize<JsonElement>(message);
                    if (!read.TryGetProperty("type", out var type) || type.GetInt32() != 6)
                    {
                        _received.Enqueue(read);
                    }
                }

                text.SetLength(0);
            }
        }
    }
}
