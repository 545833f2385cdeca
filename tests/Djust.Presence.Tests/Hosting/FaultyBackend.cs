using Djust.Presence.Backends;
using Djust.Presence.Backends.Memory;

namespace Djust.Presence.Tests.Hosting;

/// <summary>The memory backend behind a network: what happens before a request reaches the store, and after it left it, is the test's to say.</summary>
internal sealed class FaultyBackend(TimeProvider time) : IPresenceBackend
{
    public MemoryPresenceBackend Store { get; } = new(time);

    public Func<string, Task> Before { get; set; } = _ => Task.CompletedTask;

    public Func<string, Task> After { get; set; } = _ => Task.CompletedTask;

    public ValueTask<PresenceCommit> JoinAsync(PresenceJoin join, CancellationToken cancellationToken = default) =>
        ThroughAsync("join", () => Store.JoinAsync(join, cancellationToken));

    public ValueTask<PresenceCommit> UpdateAsync(string key, PresenceTarget target, PresenceMeta meta, CancellationToken cancellationToken = default) =>
        ThroughAsync("update", () => Store.UpdateAsync(key, target, meta, cancellationToken));

    public ValueTask<PresenceCommit> HoldAsync(string key, PresenceEntryId entry, CancellationToken cancellationToken = default) =>
        ThroughAsync("hold", () => Store.HoldAsync(key, entry, cancellationToken));

    public ValueTask<PresenceCommit> LeaveAsync(string key, PresenceTarget target, PresenceChangeReason reason, CancellationToken cancellationToken = default) =>
        ThroughAsync("leave", () => Store.LeaveAsync(key, target, reason, cancellationToken));

    public ValueTask<bool> HeartbeatAsync(string key, PresenceEntryId entry, TimeSpan timeout, CancellationToken cancellationToken = default) =>
        ThroughAsync("heartbeat", () => Store.HeartbeatAsync(key, entry, timeout, cancellationToken));

    public ValueTask<PresenceSnapshot> GetSnapshotAsync(string key, CancellationToken cancellationToken = default) =>
        Store.GetSnapshotAsync(key, cancellationToken);

    public ValueTask<IAsyncDisposable> SubscribeAsync(string key, IPresenceObserver observer, CancellationToken cancellationToken = default) =>
        ThroughAsync("subscribe", () => Store.SubscribeAsync(key, observer, cancellationToken));

    public ValueTask PublishAsync(string key, PresenceMessage message, CancellationToken cancellationToken = default) =>
        Store.PublishAsync(key, message, cancellationToken);

    public ValueTask<PresenceLease> RenewLeaseAsync(string nodeId, TimeSpan timeout, CancellationToken cancellationToken = default) =>
        ThroughAsync("renew", () => Store.RenewLeaseAsync(nodeId, timeout, cancellationToken));

    public IAsyncEnumerable<PresenceChange> ReleaseNodeAsync(string nodeId, CancellationToken cancellationToken = default) =>
        Store.ReleaseNodeAsync(nodeId, cancellationToken);

    public IAsyncEnumerable<PresenceChange> SweepAsync(bool full, CancellationToken cancellationToken = default) => Store.SweepAsync(full, cancellationToken);

    private async ValueTask<T> ThroughAsync<T>(string request, Func<ValueTask<T>> send)
    {
        await Before(request);
        var answer = await send();
        await After(request);
        return answer;
    }
}
