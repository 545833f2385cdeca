using System.Net;
using System.Net.Sockets;

namespace Djust.Presence.EndToEnd.Tests.Hosting;

/// <summary>What is between a node and its Redis: bytes can be made to wait, and connections to break.</summary>
internal sealed class FaultProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _disposed = new();
    private readonly HashSet<Socket> _sockets = [];
    private readonly Lock _lock = new();
    private readonly int _targetPort;
    private readonly Task _accepting;
    private TaskCompletionSource? _held;

    public FaultProxy(int targetPort)
    {
        _targetPort = targetPort;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public string Endpoint => _listener.LocalEndpoint.ToString()!;

    /// <summary>From now on bytes wait in both directions, and so does whoever connects.</summary>
    public void Hold() => Interlocked.CompareExchange(ref _held, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), null);

    /// <summary>What has waited goes on.</summary>
    public void Release() => Interlocked.Exchange(ref _held, null)?.SetResult();

    /// <summary>Breaks every connection; what is on its way is lost.</summary>
    public void Cut()
    {
        lock (_lock)
        {
            foreach (var socket in _sockets)
            {
                socket.LingerState = new LingerOption(enable: true, seconds: 0);
                socket.Dispose();
            }

            _sockets.Clear();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _disposed.CancelAsync();
        Release();
        _listener.Dispose();
        await _accepting;
        Cut();
        _disposed.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_disposed.IsCancellationRequested)
        {
            try
            {
                _ = ServeAsync(await _listener.AcceptSocketAsync(_disposed.Token));
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException)
            {
                // The end of the proxy, or a client that was gone before it was accepted.
            }
        }
    }

    private async Task ServeAsync(Socket client)
    {
        var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        client.NoDelay = true;
        lock (_lock)
        {
            _sockets.UnionWith([client, server]);
        }

        try
        {
            await PassAsync();
            await server.ConnectAsync(IPAddress.Loopback, _targetPort);
            await Task.WhenAny(PumpAsync(client, server), PumpAsync(server, client));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The target is away, or the connection was cut.
        }

        lock (_lock)
        {
            _sockets.ExceptWith([client, server]);
        }

        client.Dispose();
        server.Dispose();
    }

    private async Task PumpAsync(Socket from, Socket to)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer.AsMemory()) is > 0 and var length)
            {
                await PassAsync();
                for (var sent = 0; sent < length;)
                {
                    sent += await to.SendAsync(buffer.AsMemory(sent, length - sent));
                }
            }

            // That somebody closed waits like everything else.
            await PassAsync();
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Either end has gone, or was cut.
        }
    }

    private async Task PassAsync()
    {
        while (Volatile.Read(ref _held) is { } held)
        {
            await held.Task;
        }
    }
}
