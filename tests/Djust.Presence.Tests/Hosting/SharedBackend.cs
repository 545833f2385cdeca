using System.Collections.Concurrent;
using Djust.Presence.Backends;
using Djust.Presence.Backends.Memory;

namespace Djust.Presence.Tests.Hosting;

/// <summary>One node's way to a memory store that other nodes use, too: counts and may hold up what nodes tell each other.</summary>
internal sealed class SharedBackend(MemoryPresenceBackend? store = null) : IPresenceBackend
{
    private readonly MemoryPresenceBackend _store = store ?? new MemoryPresenceBackend(TimeProvider.System);
    private readonly ConcurrentQueue<CursorMessage> _told = new();
    private int _published;

    public bool IsShared { get; set; } = true;

    public Func<Task> BeforePublish { get; set; } = () => Task.CompletedTask;

    /// <summary>How many messages were begun.</summary>
    public int Published => Volatile.Read(ref _published);

    /// <summary>What has arrived.</summary>
    public IReadOnlyList<CursorMessage> Told => [.. _told];

    public ValueTask<PresenceCommit> JoinAsync(PresenceJoin join, CancellationToken cancellationToken = default) => _store.JoinAsync(join, cancellationToken);

    public ValueTask<PresenceCommit> UpdateAsync(string key, PresenceTarget target, PresenceMeta meta, CancellationToken cancellationToken = default) =>
        _store.UpdateAsync(key, target, meta, cancellationToken);

    public ValueTask<PresenceCommit> HoldAsync(string key, PresenceEntryId entry, CancellationToken cancellationToken = default) => _store.HoldAsync(key, entry, cancellationToken);

    public ValueTask<PresenceCommit> LeaveAsync(string key, PresenceTarget target, PresenceChangeReason reason, CancellationToken cancellationToken = default) =>
        _store.LeaveAsync(key, target, reason, cancellationToken);

    public ValueTask<bool> HeartbeatAsync(string key, PresenceEntryId entry, TimeSpan timeout, CancellationToken cancellationToken = default) =>
        _store.HeartbeatAsync(key, entry, timeout, cancellationToken);

    public ValueTask<PresenceSnapshot> GetSnapshotAsync(string key, CancellationToken cancellationToken = default) => _store.GetSnapshotAsync(key, cancellationToken);

    public ValueTask<IAsyncDisposable> SubscribeAsync(string key, IPresenceObserver observer, CancellationToken cancellationToken = default) =>
        _store.SubscribeAsync(key, observer, cancellationToken);

    public async ValueTask PublishAsync(string key, PresenceMessage message, CancellationToken cancellationToken = default)
    {
        if (message.IsOfNodes)
        {
            Interlocked.Increment(ref _published);
            await BeforePublish();
            if (CursorWire.Read(message.Payload) is { } told)
            {
                _told.Enqueue(told);
            }
        }

        await _store.PublishAsync(key, message, cancellationToken);
    }

    public ValueTask<PresenceLease> RenewLeaseAsync(string nodeId, TimeSpan timeout, CancellationToken cancellationToken = default) => _store.RenewLeaseAsync(nodeId, timeout, cancellationToken);

    public IAsyncEnumerable<PresenceChange> ReleaseNodeAsync(string nodeId, CancellationToken cancellationToken = default) => _store.ReleaseNodeAsync(nodeId, cancellationToken);

    public IAsyncEnumerable<PresenceChange> SweepAsync(bool full, CancellationToken cancellationToken = default) => _store.SweepAsync(full, cancellationToken);
}
