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

    /// <summary>Raised when the backend has something to sweep before it is due.</summary>
    public event Action? WorkPending
    {
        add => backend.WorkPending += value;
        remove => backend.WorkPending -= value;
    }

    /// <summary>Joins.</summary>
    /// <param name="join">The entry.</param>
    /// <param name="joined">Called with the commit before any later request about the user, and before the callbacks.</param>
    public async ValueTask<PresenceCommit> JoinAsync(PresenceJoin join, Action<PresenceCommit>? joined = null)
    {
        var commit = await CommitAsync(join.Key, join.UserId, JoinAsync);
        if (commit.Outcome == PresenceOutcome.LeaseLost)
        {
            node.ThrowIfDraining();
            await RenewLeaseAsync(CancellationToken.None);
            commit = await CommitAsync(join.Key, join.UserId, JoinAsync);
        }

        return commit.Outcome switch
        {
            PresenceOutcome.TooManyConnections => throw new PresenceRefusedException(
                $"This user has {join.MaxConnectionsPerUser} connections in the group; no more are allowed (MaxConnectionsPerUser). Close one of them first."),
            PresenceOutcome.LeaseLost => throw new PresenceRefusedException("This server cannot hold its lease in the presence store. Try again."),
            _ => commit,
        };

        async ValueTask<PresenceCommit> JoinAsync()
        {
            var answer = await backend.JoinAsync(join);
            if (answer.Outcome is PresenceOutcome.Changed or PresenceOutcome.Unchanged)
            {
                joined?.Invoke(answer);
            }

            return answer;
        }
    }

    public ValueTask<PresenceCommit> UpdateAsync(string key, string userId, PresenceTarget target, PresenceMeta meta) =>
        CommitAsync(key, userId, () => backend.UpdateAsync(key, target, meta));

    public ValueTask<PresenceCommit> HoldAsync(string key, string userId, PresenceEntryId entry) =>
        CommitAsync(key, userId, () => backend.HoldAsync(key, entry));

    public ValueTask<PresenceCommit> LeaveAsync(string key, string userId, PresenceTarget target, PresenceChangeReason reason) =>
        CommitAsync(key, userId, () => backend.LeaveAsync(key, target, reason));

    /// <summary>Removes a user.</summary>
    /// <param name="key">The presence key.</param>
    /// <param name="userId">The user.</param>
    /// <param name="removed">Called with the leave before any later request about the user.</param>
    public ValueTask<PresenceCommit> RemoveAsync(string key, string userId, Action<PresenceChange> removed) => CommitAsync(key, userId, async () =>
    {
        var commit = await backend.LeaveAsync(key, PresenceTarget.Of(userId), PresenceChangeReason.Removed);
        if (commit.Change is { Kind: PresenceChangeKind.Leave } leave)
        {
            removed(leave);
        }

        return commit;
    });

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
            if (wasLost)
            {
                // Before anybody can know of the new lease without knowing what was lost with the old one.
                LeaseRegained?.Invoke();
            }
        }

        return (wasLost, lease.NextExpiry);
    }

    public async Task SweepAsync(bool full, CancellationToken cancellationToken)
    {
        // A sweep commits a leave before it hands it out: callbacks wait, so that a join in between does not come first.
        using (callbacks.HoldBack())
        {
            await CommittedAsync(backend.SweepAsync(full, cancellationToken));
        }
    }

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
