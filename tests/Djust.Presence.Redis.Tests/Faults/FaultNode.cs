using System.Collections.Concurrent;
using Djust.Presence.Backends;
using Djust.Presence.Redis.Tests.Hosting;

namespace Djust.Presence.Redis.Tests.Faults;

/// <summary>
/// A node with a network of its own to the store: does with its backend what the library's tracker and sweeper do. No request may raise an
/// exception, whatever happens to the store.
/// </summary>
internal sealed class FaultNode : IAsyncDisposable
{
    private static readonly TimeSpan ShortestDelay = TimeSpan.FromMilliseconds(10);

    private readonly CancellationTokenSource _stopping = new();
    private readonly SemaphoreSlim _wake = new(0, 1);
    private readonly ConcurrentQueue<FaultConnection> _connections = new();
    private readonly ConcurrentQueue<string> _failures = new();
    private readonly CallbackLog _callbacks;
    private readonly TimeSpan _timeout;
    private readonly string _key;
    private Task _tending = Task.CompletedTask;
    private long? _generation;
    private int _made;

    private FaultNode(string id, string key, TimeSpan timeout, FaultProxy proxy, RedisPresenceBackend backend, CallbackLog callbacks)
    {
        (Id, _key, _timeout, Proxy, Backend, _callbacks) = (id, key, timeout, proxy, backend, callbacks);
        Backend.WorkPending += Wake;
    }

    public string Id { get; }

    public FaultProxy Proxy { get; }

    public RedisPresenceBackend Backend { get; }

    /// <summary>What the clients of this node see.</summary>
    public ClientView View { get; } = new();

    public bool IsDead { get; private set; }

    /// <summary>Connections whose clients are there.</summary>
    public IEnumerable<FaultConnection> Open => _connections.Where(connection => connection.IsOpen);

    public IEnumerable<FaultConnection> Held => _connections.Where(connection => connection.IsHeld);

    /// <summary>Whatever a request raised, and answers that cannot be.</summary>
    public IReadOnlyCollection<string> Failures => _failures;

    public static async Task<FaultNode> StartAsync(string id, string key, TimeSpan timeout, RedisStore store, int port, CallbackLog callbacks)
    {
        var proxy = FaultProxy.Start(port);
        var node = new FaultNode(id, key, timeout, proxy, store.Connect(through: proxy.Endpoint), callbacks);
        await node.RenewAsync();
        await node.Backend.SubscribeAsync(key, node.View);
        node._tending = Task.Run(node.TendAsync);
        return node;
    }

    public async Task<FaultConnection> JoinAsync(string user, string meta)
    {
        var connection = new FaultConnection(new PresenceJoin
        {
            Key = _key,
            Entry = new PresenceEntryId($"{Id}-{Interlocked.Increment(ref _made)}", Id),
            UserId = user,
            Meta = Meta(meta),
        });
        _connections.Enqueue(connection);
        await RequestAsync(connection, async () =>
        {
            connection.IsOpen = true;
            var commit = await Backend.JoinAsync(connection.Join);
            if (commit.Outcome == PresenceOutcome.LeaseLost)
            {
                await RenewAsync();
                commit = await Backend.JoinAsync(connection.Join);
            }

            return Expect(commit, "join", PresenceOutcome.Changed, PresenceOutcome.Unchanged);
        });
        return connection;
    }

    public Task UpdateAsync(FaultConnection connection, string meta) => RequestAsync(connection, () =>
    {
        connection.Join = connection.Join with { Meta = Meta(meta) };
        return Backend.UpdateAsync(_key, PresenceTarget.Of(connection.Join.Entry), connection.Join.Meta);
    });

    public Task HoldAsync(FaultConnection connection) => RequestAsync(connection, async () =>
    {
        connection.IsOpen = false;
        var commit = await Backend.HoldAsync(_key, connection.Join.Entry);
        connection.IsHeld = commit.Held;
        return commit;
    });

    public Task LeaveAsync(FaultConnection connection) => RequestAsync(connection, () =>
    {
        (connection.IsOpen, connection.IsHeld) = (false, false);
        return Backend.LeaveAsync(_key, PresenceTarget.Of(connection.Join.Entry), PresenceChangeReason.Disconnected);
    });

    /// <summary>The application removes a user, wherever their connections are.</summary>
    public async Task RemoveAsync(string user) =>
        _callbacks.Add(Id, (await Backend.LeaveAsync(_key, PresenceTarget.Of(user), PresenceChangeReason.Removed)).Change);

    public async Task SweepAsync(bool full)
    {
        await foreach (var change in Backend.SweepAsync(full))
        {
            _callbacks.Add(Id, change);
        }
    }

    public async Task<PresenceSnapshot> ReadAsync() => await Backend.GetSnapshotAsync(_key);

    /// <summary>From now on nothing is heard of this node, and it hears nothing.</summary>
    public async Task DieAsync()
    {
        IsDead = true;
        await StopAsync();
        Isolate();
    }

    /// <summary>The network is gone: connections break, and no new one can be made.</summary>
    public void Isolate()
    {
        Proxy.Refuse();
        Proxy.CutAll();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Backend.WorkPending -= Wake;
        await Backend.DisposeAsync();
        await Proxy.DisposeAsync();
        _stopping.Dispose();
    }

    private static PresenceMeta Meta(string meta) => PresenceMeta.From(new { m = meta });

    private async Task StopAsync()
    {
        await _stopping.CancelAsync();
        await _tending;
    }

    private async Task RequestAsync(FaultConnection connection, Func<ValueTask<PresenceCommit>> request)
    {
        await connection.Gate.WaitAsync();
        try
        {
            _callbacks.Add(Id, (await request()).Change);
        }
        catch (Exception e)
        {
            _failures.Enqueue(e.ToString());
        }
        finally
        {
            connection.Gate.Release();
        }
    }

    private PresenceCommit Expect(PresenceCommit commit, string request, params PresenceOutcome[] outcomes)
    {
        if (!outcomes.Contains(commit.Outcome))
        {
            _failures.Enqueue($"a {request} came to {commit.Outcome}");
        }

        return commit;
    }

    /// <summary>Another lease: connections are joined anew, and one whose user was removed meanwhile is told so.</summary>
    private Task ReassertAsync(FaultConnection connection) => RequestAsync(connection, async () =>
    {
        if (!connection.IsOpen)
        {
            return new PresenceCommit(PresenceOutcome.NotFound);
        }

        var commit = await Backend.JoinAsync(connection.Join with { KeepMeta = true });
        if (commit.Outcome == PresenceOutcome.NotFound)
        {
            connection.IsOpen = false;
            return commit;
        }

        return Expect(commit, "join anew", PresenceOutcome.Changed, PresenceOutcome.Unchanged, PresenceOutcome.LeaseLost);
    });

    private async Task<PresenceLease> RenewAsync()
    {
        var lease = await Backend.RenewLeaseAsync(Id, _timeout);
        if (_generation is { } known && known != lease.Generation)
        {
            foreach (var connection in Open)
            {
                _ = ReassertAsync(connection);
            }
        }

        _generation = lease.Generation;
        return lease;
    }

    /// <summary>As the library's sweeper: first the own lease, then what runs out, at the moment it does.</summary>
    private async Task TendAsync()
    {
        var sweep = false;
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                var lease = await RenewAsync();
                if (sweep || lease.NextExpiry <= TimeSpan.Zero)
                {
                    await SweepAsync(full: false);
                    lease = await RenewAsync();
                }

                var delay = lease.NextExpiry is { } expiry && expiry < _timeout / 3 ? expiry : _timeout / 3;
                delay = delay < ShortestDelay ? ShortestDelay : delay;
                sweep = await _wake.WaitAsync(delay, _stopping.Token) || lease.NextExpiry <= delay;
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                _failures.Enqueue(e.ToString());
                return;
            }
        }
    }

    private void Wake()
    {
        try
        {
            _wake.Release();
        }
        catch (SemaphoreFullException)
        {
            // It wakes already.
        }
    }
}
