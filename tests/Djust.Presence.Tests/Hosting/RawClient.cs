using System.Net.WebSockets;
using System.Text;

namespace Djust.Presence.Tests.Hosting;

/// <summary>A client that speaks the JSON hub protocol by hand and does no more than it is told: no pings, no reading.</summary>
internal sealed class RawClient : IDisposable
{
    private readonly ClientWebSocket _socket = new();

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

    public void Dispose() => _socket.Dispose();
}
