using Djust.Presence.Backends;

namespace Djust.Presence.BackendContract;

/// <summary>One node on the store: a backend and the node's id, with short forms of the requests that tests make.</summary>
internal sealed class ContractNode(IPresenceBackend backend, string id)
{
    public IPresenceBackend Backend { get; } = backend;

    public string Id { get; } = id;

    public PresenceEntryId Entry(string connection) => new(connection, Id);

    public Task<PresenceCommit> JoinAsync(string key, string user, string connection, object? meta = null, int max = 256, string? hub = null, bool keepMeta = false) =>
        Backend.JoinAsync(new PresenceJoin
        {
            Key = key,
            Entry = Entry(connection),
            UserId = user,
            Meta = PresenceMeta.From(meta),
            MaxConnectionsPerUser = max,
            Hub = hub,
            KeepMeta = keepMeta,
        }).AsTask();

    /// <summary>Joins a user without a connection.</summary>
    public Task<PresenceCommit> JoinAloneAsync(string key, string user, TimeSpan timeout, object? meta = null) =>
        Backend.JoinAsync(new PresenceJoin
        {
            Key = key,
            Entry = PresenceEntryId.ForUser(user),
            UserId = user,
            Meta = PresenceMeta.From(meta),
            Timeout = timeout,
        }).AsTask();

    public Task<PresenceCommit> UpdateAsync(string key, string connection, object? meta) =>
        Backend.UpdateAsync(key, PresenceTarget.Of(Entry(connection)), PresenceMeta.From(meta)).AsTask();

    public Task<PresenceCommit> UpdateUserAsync(string key, string user, object? meta) =>
        Backend.UpdateAsync(key, PresenceTarget.Of(user), PresenceMeta.From(meta)).AsTask();

    public Task<PresenceCommit> HoldAsync(string key, string connection) => Backend.HoldAsync(key, Entry(connection)).AsTask();

    public Task<PresenceCommit> LeaveAsync(string key, string connection, PresenceChangeReason reason = PresenceChangeReason.Requested) =>
        Backend.LeaveAsync(key, PresenceTarget.Of(Entry(connection)), reason).AsTask();

    public Task<PresenceCommit> LeaveUserAsync(string key, string user, PresenceChangeReason reason = PresenceChangeReason.Removed) =>
        Backend.LeaveAsync(key, PresenceTarget.Of(user), reason).AsTask();

    public Task<bool> HeartbeatAsync(string key, string user, TimeSpan timeout) =>
        Backend.HeartbeatAsync(key, PresenceEntryId.ForUser(user), timeout).AsTask();

    public Task<PresenceLease> RenewAsync(TimeSpan timeout) => Backend.RenewLeaseAsync(Id, timeout).AsTask();

    public Task<List<PresenceChange>> SweepAsync(bool full = true) => Backend.SweepAsync(full).ToListAsync().AsTask();

    public Task<List<PresenceChange>> ReleaseAsync() => Backend.ReleaseNodeAsync(Id).ToListAsync().AsTask();

    public Task<PresenceSnapshot> ReadAsync(string key) => Backend.GetSnapshotAsync(key).AsTask();
}
