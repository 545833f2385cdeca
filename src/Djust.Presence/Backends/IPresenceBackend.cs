namespace Djust.Presence.Backends;

/// <summary>
/// Where presence is kept. Each request commits as one step and gives back the change that it made. Implementations are safe for concurrent
/// use, and prove themselves with the suite in Djust.Presence.BackendContract.
/// </summary>
/// <remarks>
/// Liveness is the store's business and decided by the store's clock. An entry with a node lives as long as that node's lease; one without
/// lives until its own timeout. An entry that is no longer alive is not listed or counted, whether it was swept or not; until it is swept,
/// requests that name it work on it, so that its end is announced once.
/// Keys, user ids and metas arrive checked.
/// </remarks>
public interface IPresenceBackend
{
    /// <summary>
    /// Raised when there is something for <see cref="SweepAsync"/> to hand out before the time that the last renewal of the lease told. May be
    /// raised on any thread; whoever hears it must not wait for anything.
    /// </summary>
    event Action? WorkPending
    {
        add { }
        remove { }
    }

    /// <summary>How the store is. Cheap: what is known already, without asking.</summary>
    PresenceStoreHealth Health => PresenceStoreHealth.Well;

    /// <summary>Whether other nodes may use the same store: then they are told where cursors are, through <see cref="PublishAsync"/>.</summary>
    bool IsShared => true;

    /// <summary>
    /// Adds an entry. If it is there already, its meta is replaced (and is the user's newest, even if it is the same). If the user has a held entry in the group, that entry passes to the new
    /// connection and keeps its ref, so that nobody sees a change unless the meta differs.
    /// </summary>
    /// <param name="join">The entry.</param>
    /// <param name="cancellationToken">Gives up waiting; the request may still take effect.</param>
    /// <returns>
    /// What happened; the commit has the entry's ref. <see cref="PresenceOutcome.NotFound"/> for an entry that is asserted anew
    /// (<see cref="PresenceJoin.KeepMeta"/>) and that somebody has removed meanwhile.
    /// </returns>
    ValueTask<PresenceCommit> JoinAsync(PresenceJoin join, CancellationToken cancellationToken = default);

    /// <summary>Replaces the meta of an entry, or of all entries of a user.</summary>
    /// <param name="key">The presence key.</param>
    /// <param name="target">The entry or the user.</param>
    /// <param name="meta">The new meta.</param>
    /// <param name="cancellationToken">Gives up waiting; the request may still take effect.</param>
    /// <returns>What happened.</returns>
    ValueTask<PresenceCommit> UpdateAsync(string key, PresenceTarget target, PresenceMeta meta, CancellationToken cancellationToken = default);

    /// <summary>
    /// The entry's connection has ended. If other entries of the user are alive and not held, it is removed; if not, it is kept, marked as
    /// held, until a join of the same user takes it over or a leave removes it.
    /// </summary>
    /// <param name="key">The presence key.</param>
    /// <param name="entry">The entry.</param>
    /// <param name="cancellationToken">Gives up waiting; the request may still take effect.</param>
    /// <returns>What happened; <see cref="PresenceCommit.Held"/> tells which.</returns>
    ValueTask<PresenceCommit> HoldAsync(string key, PresenceEntryId entry, CancellationToken cancellationToken = default);

    /// <summary>Removes an entry, or all entries of a user. Removing what is not there is no error and no change.</summary>
    /// <param name="key">The presence key.</param>
    /// <param name="target">The entry or the user.</param>
    /// <param name="reason">Why; given back with the change.</param>
    /// <param name="cancellationToken">Gives up waiting; the request may still take effect.</param>
    /// <returns>What happened; for a user who left, the presence as it was last.</returns>
    ValueTask<PresenceCommit> LeaveAsync(string key, PresenceTarget target, PresenceChangeReason reason, CancellationToken cancellationToken = default);

    /// <summary>Renews an entry that lives on its own heartbeat.</summary>
    /// <param name="key">The presence key.</param>
    /// <param name="entry">The entry.</param>
    /// <param name="timeout">How long it lives from now.</param>
    /// <param name="cancellationToken">Gives up waiting; the request may still take effect.</param>
    /// <returns>Whether the entry was alive; one that is not is never made again by a heartbeat.</returns>
    ValueTask<bool> HeartbeatAsync(string key, PresenceEntryId entry, TimeSpan timeout, CancellationToken cancellationToken = default);

    /// <summary>The group as it is now, without entries that are no longer alive.</summary>
    /// <param name="key">The presence key.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The snapshot; empty for a group that does not exist.</returns>
    ValueTask<PresenceSnapshot> GetSnapshotAsync(string key, CancellationToken cancellationToken = default);

    /// <summary>Feeds a group's changes to an observer; it gets a snapshot before this method's task completes.</summary>
    /// <param name="key">The presence key.</param>
    /// <param name="observer">The observer.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The subscription; after its disposal the observer is not called again.</returns>
    ValueTask<IAsyncDisposable> SubscribeAsync(string key, IPresenceObserver observer, CancellationToken cancellationToken = default);

    /// <summary>Sends an application's event to every observer of the group, in order with the changes committed before it by the same caller.</summary>
    /// <param name="key">The presence key.</param>
    /// <param name="message">The event.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>A task that ends when the store has taken it.</returns>
    ValueTask PublishAsync(string key, PresenceMessage message, CancellationToken cancellationToken = default);

    /// <summary>Makes or renews a node's lease. A backend serves one node: the process that it is in.</summary>
    /// <param name="nodeId">The node.</param>
    /// <param name="timeout">How long the lease lasts from now.</param>
    /// <param name="cancellationToken">Gives up waiting; the request may still take effect.</param>
    /// <returns>Which lease the node holds now, and when to sweep next.</returns>
    ValueTask<PresenceLease> RenewLeaseAsync(string nodeId, TimeSpan timeout, CancellationToken cancellationToken = default);

    /// <summary>Ends a node: removes its entries and its lease at once.</summary>
    /// <param name="nodeId">The node.</param>
    /// <param name="cancellationToken">Gives up between two groups.</param>
    /// <returns>The changes that this makes. Enumerate to the end: a change is committed before it is handed out.</returns>
    IAsyncEnumerable<PresenceChange> ReleaseNodeAsync(string nodeId, CancellationToken cancellationToken = default);

    /// <summary>Removes every entry that is no longer alive. Several nodes may sweep at once: each change is made and given back once.</summary>
    /// <param name="full">Whether to look at everything, not only at what is known to be due.</param>
    /// <param name="cancellationToken">Gives up between two groups.</param>
    /// <returns>The changes that this caller makes. Enumerate to the end: a change is committed before it is handed out.</returns>
    IAsyncEnumerable<PresenceChange> SweepAsync(bool full, CancellationToken cancellationToken = default);
}
