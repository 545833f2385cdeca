using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Djust.Presence;

/// <summary>
/// Presence in Redis, for any number of nodes. Each request is one script and one round trip, and Redis's clock decides who is alive. While
/// Redis is away requests are carried out on what this node knows, and Redis is told when it is back.
/// </summary>
public sealed class RedisPresenceBackend : IPresenceBackend, IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly RedisPresenceOptions _options;
    private readonly RedisLink _link;
    private readonly NodeLeases _leases;
    private readonly RedisGroups _groups;
    private readonly RedisRequests _requests;
    private readonly RedisSweep _sweep;
    private readonly Task _recovering;
    private readonly Task _started;
    private int _disposed;

    /// <summary>Begins to connect; nothing waits for that but the first requests, for as long as a request may take.</summary>
    /// <param name="options">Where Redis is.</param>
    /// <param name="services">Given to <see cref="RedisPresenceOptions.ConnectionFactory"/>; also where logging and metrics come from.</param>
    public RedisPresenceBackend(IOptions<RedisPresenceOptions> options, IServiceProvider services)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(services);
        _options = options.Value;
        ILogger logger = services.GetService<ILogger<RedisPresenceBackend>>() ?? (ILogger)NullLogger.Instance;
        var keys = new RedisKeys(_options.KeyPrefix, _options.UseShardedPubSub);
        var garbage = new GarbageCounter(_options.KeyPrefix, services.GetService<IMeterFactory>(), logger);
        _link = new RedisLink(new RedisConnector(_options, services), _options, logger);
        _leases = new NodeLeases(_link, keys, _options);
        _groups = new RedisGroups(_link, keys, _leases, garbage, _options, logger);
        _requests = new RedisRequests(_link, _leases, _groups);
        _sweep = new RedisSweep(_link, _leases, _groups);
        _leases.MemoryLost += () => _link.Interrupt("it has lost its memory");
        _groups.Teller.Waiting += () => WorkPending?.Invoke();
        var recovery = new RedisRecovery(_link, _leases, _groups, logger);
        _recovering = Task.Run(() => recovery.RunAsync(_stopping.Token));
        _started = Task.WhenAny(_link.FirstAnswer, Task.Delay(_options.RequestTimeout, _stopping.Token));
    }

    /// <inheritdoc/>
    public event Action? WorkPending;

    /// <inheritdoc/>
    public PresenceStoreHealth Health => _link.Reason is { } reason
        ? new PresenceStoreHealth($"Redis at {_link.Endpoints}: {reason}. Serving what is known last; what happens here is told when it is back.")
        : new PresenceStoreHealth(null) { LeaseAge = _leases.Age };

    internal RedisGroups Groups => _groups;

    internal RedisLink Link => _link;

    /// <inheritdoc/>
    public async ValueTask<PresenceCommit> JoinAsync(PresenceJoin join, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(join);
        if (join.Entry.ConnectionId.Contains('\n', StringComparison.Ordinal) || join.Entry.NodeId.Contains('\n', StringComparison.Ordinal))
        {
            throw new ArgumentException("The id of a connection or node has a line end.", nameof(join));
        }

        await _started.WaitAsync(cancellationToken);
        return await _requests.JoinAsync(join).WaitAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask<PresenceCommit> UpdateAsync(string key, PresenceTarget target, PresenceMeta meta, CancellationToken cancellationToken = default)
    {
        await _started.WaitAsync(cancellationToken);
        return await _requests.UpdateAsync(key, target, meta).WaitAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask<PresenceCommit> HoldAsync(string key, PresenceEntryId entry, CancellationToken cancellationToken = default)
    {
        await _started.WaitAsync(cancellationToken);
        return await _requests.HoldAsync(key, entry).WaitAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask<PresenceCommit> LeaveAsync(string key, PresenceTarget target, PresenceChangeReason reason, CancellationToken cancellationToken = default)
    {
        await _started.WaitAsync(cancellationToken);
        return await _requests.LeaveAsync(key, target, reason).WaitAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask<bool> HeartbeatAsync(string key, PresenceEntryId entry, TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        await _started.WaitAsync(cancellationToken);
        return await _requests.HeartbeatAsync(key, entry, timeout).WaitAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<PresenceSnapshot> GetSnapshotAsync(string key, CancellationToken cancellationToken = default)
    {
        if (_started.IsCompleted && _groups.Find(key) is { } group)
        {
            return group.ReadAsync();
        }

        return new(ReadAsync(key, cancellationToken));
    }

    /// <inheritdoc/>
    public async ValueTask<IAsyncDisposable> SubscribeAsync(string key, IPresenceObserver observer, CancellationToken cancellationToken = default)
    {
        await _started.WaitAsync(cancellationToken);
        var group = _groups.Enter(key);
        try
        {
            await group.SubscribeAsync(observer);
            return new RedisSubscription(_groups, group, observer);
        }
        catch
        {
            _groups.Exit(group);
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask PublishAsync(string key, PresenceMessage message, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(message);
        await _started.WaitAsync(cancellationToken);
        await _requests.PublishAsync(key, message).WaitAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask<PresenceLease> RenewLeaseAsync(string nodeId, TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        _leases.Introduce(nodeId, timeout);
        await _started.WaitAsync(cancellationToken);
        if (_link.IsUp)
        {
            try
            {
                await _leases.RenewAsync(nodeId, timeout, _groups.HoldNothing);
                await _sweep.PruneAsync();
            }
            catch (PresenceStoreException e)
            {
                _link.Interrupt(e.Message);
            }
        }

        return new PresenceLease(_leases.Generation, _groups.Teller.HasChanges ? TimeSpan.Zero : _leases.NextExpiry);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<PresenceChange> ReleaseNodeAsync(string nodeId, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await _started.WaitAsync(cancellationToken);
        await foreach (var change in _sweep.ReleaseAsync(nodeId, cancellationToken))
        {
            yield return change;
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<PresenceChange> SweepAsync(bool full, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await _started.WaitAsync(cancellationToken);
        await foreach (var change in _sweep.RunAsync(full, cancellationToken))
        {
            yield return change;
        }
    }

    /// <summary>Closes the connection, if it is not the application's. What this node has put into Redis stays until its lease runs out; see <see cref="ReleaseNodeAsync"/>.</summary>
    /// <returns>A task that ends when it is closed.</returns>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 1)
        {
            return;
        }

        await _stopping.CancelAsync();
        await _recovering.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _link.DisposeAsync();
        _stopping.Dispose();
    }

    private async Task<PresenceSnapshot> ReadAsync(string key, CancellationToken cancellationToken)
    {
        await _started.WaitAsync(cancellationToken);
        var group = _groups.Enter(key);
        try
        {
            return await group.ReadAsync().AsTask().WaitAsync(cancellationToken);
        }
        finally
        {
            _groups.Exit(group);
        }
    }
}
