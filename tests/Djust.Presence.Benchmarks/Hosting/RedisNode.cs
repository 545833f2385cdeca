using Djust.Presence.Backends;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Djust.Presence.Benchmarks;

/// <summary>The backend of one node, as the library uses it.</summary>
internal sealed class RedisNode : IAsyncDisposable, IPresenceObserver
{
    public const string Name = "0123456789abcdef";
    public const string Hub = "Djust.Presence.Benchmarks.BenchmarkHub";

    private static readonly ServiceProvider Services = new ServiceCollection().BuildServiceProvider();
    private static int s_nodes;

    private readonly RedisPresenceBackend _backend;
    private readonly string _id = s_nodes++ == 0 ? Name : "another-node";

    private RedisNode(RedisPresenceBackend backend) => _backend = backend;

    public static PresenceMeta Meta { get; } = PresenceMeta.From(new { name = "Ada Lovelace", color = "#6c63ff" });

    public static async Task<RedisNode> StartAsync(string endpoint)
    {
        var options = new RedisPresenceOptions { Configuration = endpoint, KeyPrefix = "bench" };
        var node = new RedisNode(new RedisPresenceBackend(Options.Create(options), Services));
        await node._backend.RenewLeaseAsync(node._id, TimeSpan.FromHours(1));
        await Eventually.TrueAsync(() => node._backend.Health.Trouble is null, "the node has told Redis what it holds");
        return node;
    }

    public static string Connection(int user) => $"connection-id-of-{user:D8}";

    public static string User(int user) => $"user-{user:D8}";

    public async Task JoinAsync(string key, int user, PresenceMeta? meta = null) => await _backend.JoinAsync(new PresenceJoin
    {
        Key = key,
        Entry = new PresenceEntryId(Connection(user), _id),
        UserId = User(user),
        Meta = meta ?? Meta,
        Hub = Hub,
    });

    public async Task LeaveAsync(string key, int user) =>
        await _backend.LeaveAsync(key, PresenceTarget.Of(new PresenceEntryId(Connection(user), _id)), PresenceChangeReason.Requested);

    public async Task ListAsync(string key) => await _backend.GetSnapshotAsync(key);

    public ValueTask<PresenceSnapshot> List(string key) => _backend.GetSnapshotAsync(key);

    public ValueTask<IAsyncDisposable> FollowAsync(string key) => _backend.SubscribeAsync(key, this);

    public void OnSnapshot(PresenceSnapshot snapshot)
    {
    }

    public void OnChange(PresenceChange change)
    {
    }

    public void OnMessage(PresenceMessage message)
    {
    }

    public ValueTask DisposeAsync() => _backend.DisposeAsync();
}
