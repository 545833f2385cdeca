using Microsoft.Extensions.Options;

namespace Djust.Presence;

/// <summary>
/// The way of this node's requests to the backend: ordered per user, counted, and handed to the callbacks. What a request changed reaches the
/// rooms through the backend's feed, never from here.
/// </summary>
internal sealed class PresenceStore(
    IPresenceBackend backend,
    PresenceNode node,
    CallbackDispatcher callbacks,
    PresenceMetrics metrics,
    IOptions<PresenceOptions> options)
{
    private readonly CommitGate _gate = new();
    private readonly Lock _leaseGate = new();
    private long? _generation;

    public PresenceOptions Options => options.Value;

    /// <summary>
    /// Raised when the node holds another lease than before: entries may have been swept meanwhile. Whoever hears it must not wait for
    /// anything: the caller may be a connection in the middle of a step.
    /// </summary>
    public event Action? LeaseRegained;

    public async ValueTask<PresenceCommit> JoinAsync(PresenceJoin join)
    {
        var commit = await CommitAsync(join.Key, join.UserId, () => backend.JoinAsync(join));
        if (commit.Outcome == PresenceOutcome.LeaseLost)
        {
            node.ThrowIfDraining();
            await RenewLeaseAsync(CancellationToken.None);
            commit = await CommitAsync(join.Key, join.UserId, () => backend.JoinAsync(join));
        }

        return commit.Outcome switch
        {
            PresenceOutcome.TooManyConnections => throw new PresenceRefusedException(
                $"This user has {join.MaxConnectionsPerUser} connections in the group; no more are allowed (MaxConnectionsPerUser)."),
            PresenceOutcome.LeaseLost => throw new PresenceRefusedException("This server cannot hold its lease in the presence store. Try again."),
            _ => commit,
        };
    }

    public ValueTask<PresenceCommit> UpdateAsync(string key, string userId, PresenceTarget target, PresenceMeta meta) =>
        CommitAsync(key, userId, () => backend.UpdateAsync(key, target, meta));

    public ValueTask<PresenceCommit> HoldAsync(string key, string userId, PresenceEntryId entry) =>
        CommitAsync(key, userId, () => backend.HoldAsync(key, entry));

    public ValueTask<PresenceCommit> LeaveAsync(string key, string userId, PresenceTarget target, PresenceChangeReason reason) =>
        CommitAsync(key, userId, () => backend.LeaveAsync(key, target, reason));

    /// <summary>Renews the lease.</summary>
    /// <returns>Whether it is another one than before, and how long until something in the store runs out.</returns>
    public async Task<(bool WasLost, TimeSpan? NextExpiry)> RenewLeaseAsync(CancellationToken cancellationToken)
    {
        var lease = await backend.RenewLeaseAsync(node.Id, Options.NodeTimeout, cancellationToken);
        bool wasLost;
        lock (_leaseGate)
        {
            wasLost = _generation is { } known && known != lease.Generation;
            _generation = lease.Generation;
        }

        if (wasLost)
        {
            LeaseRegained?.Invoke();
        }

        return (wasLost, lease.NextExpiry);
    }

    public Task SweepAsync(bool full, CancellationToken cancellationToken) => CommittedAsync(backend.SweepAsync(full, cancellationToken));

    public Task ReleaseNodeAsync(CancellationToken cancellationToken) => CommittedAsync(backend.ReleaseNodeAsync(node.Id, cancellationToken));

    private ValueTask<PresenceCommit> CommitAsync(string key, string userId, Func<ValueTask<PresenceCommit>> request) =>
        _gate.RunAsync(key, userId, request, Committed);

    private async Task CommittedAsync(IAsyncEnumerable<PresenceChange> changes)
    {
        await foreach (var change in changes)
        {
            Committed(change);
        }
    }

    private void Committed(PresenceChange change)
    {
        metrics.Committed(change);
        callbacks.Enqueue(change);
    }
}
