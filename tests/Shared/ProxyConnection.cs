using System.Net;
using System.Net.Sockets;

namespace Djust.Presence.Testing;

/// <summary>A client's connection with the proxy, and the proxy's with the server.</summary>
internal sealed class ProxyConnection : IDisposable
{
    private readonly Socket _client;
    private readonly Socket _server = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly ProxyPump _toServer;
    private readonly ProxyPump _toClient;
    private readonly CancellationTokenSource _cut = new();
    private readonly Lock _lock = new();

    private bool _isClosed;

    public ProxyConnection(Socket client, FaultyNetwork network)
    {
        _client = client;
        _toServer = new ProxyPump(_client, _server, Direction.ToServer, network);
        _toClient = new ProxyPump(_server, _client, Direction.ToClient, network);
    }

    public bool IsBroken => _toServer.IsBroken || _toClient.IsBroken;

    public ProxyPump Pump(Direction direction) => direction == Direction.ToServer ? _toServer : _toClient;

    /// <summary>Comes back when both sides have closed, or one could not be reached.</summary>
    public async Task RunAsync(IPEndPoint server)
    {
        await UnlessCutAsync(async cut => await _server.ConnectAsync(server, cut));
        await Task.WhenAll(
            UnlessCutAsync(_toServer.ReadAsync),
            UnlessCutAsync(_toServer.WriteAsync),
            UnlessCutAsync(_toClient.ReadAsync),
            UnlessCutAsync(_toClient.WriteAsync));
    }

    /// <summary>At once: what is on its way is lost, and both sides are told by a reset.</summary>
    public void Cut() => Close(cut: true);

    public void Dispose()
    {
        Close(cut: false);
        _cut.Dispose();
    }

    private async Task UnlessCutAsync(Func<CancellationToken, Task> work)
    {
        try
        {
            await work(_cut.Token);
        }
        catch (Exception)
        {
            // One direction that does not go on ends the other. When it was cut, everything ends so.
            Cut();
        }
    }

    private void Close(bool cut)
    {
        lock (_lock)
        {
            if (_isClosed)
            {
                return;
            }

            _isClosed = true;
            foreach (var socket in new[] { _client, _server })
            {
                if (cut)
                {
                    socket.LingerState = new LingerOption(enable: true, seconds: 0);
                }

                socket.Dispose();
            }

            if (cut)
            {
                // What it ends is not to run here, within the lock.
                _ = _cut.CancelAsync();
            }
        }
    }
}
