using System.Net;
using System.Net.Sockets;

namespace Djust.Presence.Testing;

/// <summary>
/// A network between a node and its Redis that does what the test says, at any time and to every connection. What it
/// cannot do is to keep a client from connecting to the proxy: a dead network swallows what is sent, not the connection.
/// </summary>
internal sealed class FaultProxy : IAsyncDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly FaultyNetwork _network = new();
    private readonly Dictionary<ProxyConnection, Task> _connections = [];
    private readonly CancellationTokenSource _disposed = new();
    private readonly Lock _lock = new();
    private readonly IPEndPoint _target;
    private readonly Task _accepting;

    private bool _refuses;
    private int _accepted;

    private FaultProxy(int targetPort)
    {
        _target = new IPEndPoint(IPAddress.Loopback, targetPort);
        while (!TryBind())
        {
        }

        _listener.Listen();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    public string Endpoint => $"127.0.0.1:{Port}";

    /// <summary>How many connections are open, as the proxy sees it.</summary>
    public int Connections
    {
        get
        {
            lock (_lock)
            {
                return _connections.Count;
            }
        }
    }

    /// <summary>How many connections there have been, without those that were refused.</summary>
    public int Accepted
    {
        get
        {
            lock (_lock)
            {
                return _accepted;
            }
        }
    }

    public static FaultProxy Start(int targetPort) => new(targetPort);

    /// <summary>How many bytes wait in the proxy, on connections that are open.</summary>
    public long PendingBytes(Direction direction) => All().Sum(connection => connection.Pump(direction).PendingBytes);

    /// <summary>How many bytes were dropped, on connections that are open.</summary>
    public long LostBytes(Direction direction) => All().Sum(connection => connection.Pump(direction).LostBytes);

    /// <summary>Bytes leave no sooner than this after they came. Those that wait already are measured by it, too.</summary>
    public void Delay(TimeSpan delay, Direction direction = Direction.Both) => _network.Change(faults => faults with
    {
        DelayToServer = direction.HasFlag(Direction.ToServer) ? delay : faults.DelayToServer,
        DelayToClient = direction.HasFlag(Direction.ToClient) ? delay : faults.DelayToClient,
    });

    /// <summary>Closes all connections now. New ones are served.</summary>
    public void CutAll() => Cut(_ => true);

    /// <summary>From now on closes whatever connects at once. Connections that are open stay: <see cref="CutAll"/> is for them.</summary>
    public void Refuse()
    {
        lock (_lock)
        {
            _refuses = true;
        }
    }

    /// <summary>From now on nothing gets through in a direction, and everything in the other. No connection is closed.</summary>
    /// <param name="direction">Takes the place of one that was given before.</param>
    /// <param name="drop">
    /// Whether bytes are lost instead of kept. A connection that lost some is of no use any more, and closed by <see cref="Heal"/>.
    /// </param>
    public void BlackHole(Direction direction, bool drop = false) => _network.Change(faults => faults with
    {
        Held = drop ? Direction.None : direction,
        Dropped = drop ? direction : Direction.None,
    });

    /// <summary>No fault is left, and what was held is delivered.</summary>
    public void Heal()
    {
        lock (_lock)
        {
            _refuses = false;
        }

        _network.Change(_ => new NetworkFaults());
        Cut(connection => connection.IsBroken);
    }

    public async ValueTask DisposeAsync()
    {
        await _disposed.CancelAsync();
        await _accepting;
        _listener.Dispose();
        Task[] running;
        lock (_lock)
        {
            running = [.. _connections.Values];
        }

        CutAll();
        await Task.WhenAll(running);
        _disposed.Dispose();
    }

    private bool TryBind()
    {
        try
        {
            _listener.Bind(new IPEndPoint(IPAddress.Loopback, FreePort.Take()));
            return true;
        }
        catch (SocketException error) when (error.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            return false;
        }
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            try
            {
                var client = await _listener.AcceptAsync(_disposed.Token);
                client.NoDelay = true;
                Serve(client);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (SocketException)
            {
                // A client that was gone again before it was accepted.
            }
        }
    }

    private void Serve(Socket client)
    {
        lock (_lock)
        {
            if (!_refuses)
            {
                _accepted++;
                var connection = new ProxyConnection(client, _network);
                _connections.Add(connection, RunAsync(connection));
                return;
            }
        }

        client.LingerState = new LingerOption(enable: true, seconds: 0);
        client.Dispose();
    }

    private async Task RunAsync(ProxyConnection connection)
    {
        // Not within the lock, and not before it is among the others.
        await Task.Yield();
        using (connection)
        {
            await connection.RunAsync(_target);
        }

        lock (_lock)
        {
            _connections.Remove(connection);
        }
    }

    private ProxyConnection[] All()
    {
        lock (_lock)
        {
            return [.. _connections.Keys];
        }
    }

    private void Cut(Func<ProxyConnection, bool> which)
    {
        foreach (var connection in All().Where(which))
        {
            connection.Cut();
        }
    }
}
