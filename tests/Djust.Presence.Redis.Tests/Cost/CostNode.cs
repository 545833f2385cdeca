using Djust.Presence.Backends;
using Djust.Presence.Redis.Tests.Hosting;

namespace Djust.Presence.Redis.Tests.Cost;

/// <summary>A node as the library makes one, without its clock: a test says when it renews and sweeps.</summary>
internal sealed class CostNode
{
    /// <summary>How many requests are on their way at once when a test fills a group.</summary>
    private const int AtOnce = 256;

    private static readonly PresenceMeta Meta = PresenceMeta.From(new { name = "Ada Lovelace", color = "#6c63ff" });

    /// <summary>For some seconds after it has connected, a node looks whether the feeds of its rooms are whole.</summary>
    private static readonly TimeSpan AfterConnecting = TimeSpan.FromSeconds(4);

    private long _connected;

    private CostNode(RedisPresenceBackend backend) => Backend = backend;

    public RedisPresenceBackend Backend { get; }

    public string Id { get; } = "n" + Guid.NewGuid().ToString("N")[..8];

    public static async Task<CostNode> StartAsync(RedisStore store)
    {
        var node = new CostNode(store.Connect());
        await node.RenewAsync();

        // Until the first interruption is repaired, which the connecting itself is, requests are carried out here.
        await Eventually.TrueAsync(() => node.Backend.Health.Trouble is null, "the node has told Redis what it holds");
        node._connected = TimeProvider.System.GetTimestamp();
        return node;
    }

    /// <summary>
    /// Waits until nothing happens of itself: until the node has looked at its feeds for the last time, and has read anew what fell behind while
    /// groups were filled, half a second later.
    /// </summary>
    public Task IsIdleAsync(RedisServer server) => Eventually.TrueAsync(
        async () => TimeProvider.System.GetElapsedTime(_connected) > AfterConnecting &&
            (await CommandStats.OfAsync(server, () => Task.Delay(TimeSpan.FromSeconds(1)))).Count == 0,
        "nothing happens");

    public PresenceEntryId Entry(string connection) => new(connection, Id);

    /// <param name="timeout">Long enough for a machine that is as slow as can be, where a test does not care.</param>
    public Task RenewAsync(TimeSpan? timeout = null) => Backend.RenewLeaseAsync(Id, timeout ?? TimeSpan.FromHours(1)).AsTask();

    public Task<PresenceCommit> JoinAsync(string key, string user, string? connection = null, PresenceMeta? meta = null) => Backend.JoinAsync(new PresenceJoin
    {
        Key = key,
        Entry = Entry(connection ?? user),
        UserId = user,
        Meta = meta ?? Meta,
        Hub = "DocumentHub",
    }).AsTask();

    public Task<PresenceCommit> JoinAloneAsync(string key, string user, TimeSpan timeout) => Backend.JoinAsync(new PresenceJoin
    {
        Key = key,
        Entry = PresenceEntryId.ForUser(user),
        UserId = user,
        Meta = Meta,
        Timeout = timeout,
    }).AsTask();

    public Task<PresenceCommit> UpdateAsync(string key, string connection, object meta) =>
        Backend.UpdateAsync(key, PresenceTarget.Of(Entry(connection)), PresenceMeta.From(meta)).AsTask();

    public Task<PresenceCommit> HoldAsync(string key, string connection) => Backend.HoldAsync(key, Entry(connection)).AsTask();

    public Task<PresenceCommit> LeaveAsync(string key, string connection) =>
        Backend.LeaveAsync(key, PresenceTarget.Of(Entry(connection)), PresenceChangeReason.Requested).AsTask();

    public Task<PresenceCommit> LeaveAloneAsync(string key, string user) =>
        Backend.LeaveAsync(key, PresenceTarget.Of(PresenceEntryId.ForUser(user)), PresenceChangeReason.Requested).AsTask();

    public Task<PresenceCommit> RemoveAsync(string key, string user) =>
        Backend.LeaveAsync(key, PresenceTarget.Of(user), PresenceChangeReason.Removed).AsTask();

    public Task<bool> HeartbeatAsync(string key, string user, TimeSpan timeout) =>
        Backend.HeartbeatAsync(key, PresenceEntryId.ForUser(user), timeout).AsTask();

    public async Task<IReadOnlyList<Presence>> ListAsync(string key) => (await Backend.GetSnapshotAsync(key)).Presences;

    public async Task<List<PresenceChange>> SweepAsync(bool full = false) => await Backend.SweepAsync(full).ToListAsync();

    public async Task FollowAsync(string key) => await Backend.SubscribeAsync(key, new IdleObserver());

    /// <summary>Users <paramref name="from"/> up to <paramref name="to"/>, with a connection each, spread over the groups.</summary>
    public Task FillAsync(IReadOnlyList<string> keys, int from, int to) => Parallel.ForAsync(
        from, to, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (i, _) => await JoinAsync(keys[i % keys.Count], $"user{i}"));
}
