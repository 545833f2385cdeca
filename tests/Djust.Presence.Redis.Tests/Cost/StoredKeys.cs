using Djust.Presence.Redis.Tests.Hosting;
using StackExchange.Redis;

namespace Djust.Presence.Redis.Tests.Cost;

/// <summary>The keys under a prefix, as <c>redis-cli --scan</c> shows them.</summary>
internal sealed class StoredKeys : IAsyncDisposable
{
    private readonly ConnectionMultiplexer _redis;
    private readonly IServer _server;
    private readonly string _pattern;

    private StoredKeys(ConnectionMultiplexer redis, RedisServer server, string prefix) =>
        (_redis, _server, _pattern) = (redis, redis.GetServer(server.Endpoint), prefix + "*");

    public static async Task<StoredKeys> ConnectAsync(RedisServer server, string prefix) =>
        new(await Multiplexer.ConnectAsync(server.Endpoint), server, prefix);

    public async Task<IReadOnlyList<string>> AllAsync() => await _server.KeysAsync(pattern: _pattern).Select(key => key.ToString()).ToListAsync();

    /// <summary>Keys that stay until somebody deletes them. One that ends while this looks is none of them.</summary>
    public async Task<IReadOnlyList<string>> WithoutLifetimeAsync()
    {
        const int Forever = -1;
        var found = new List<string>();
        foreach (var key in await AllAsync())
        {
            if ((int)await _redis.GetDatabase().ExecuteAsync("PTTL", (RedisKey)key) == Forever)
            {
                found.Add(key);
            }
        }

        return found;
    }

    public Task<TimeSpan?> LifetimeAsync(string key) => _redis.GetDatabase().KeyTimeToLiveAsync(key);

    /// <summary>The memory is lost.</summary>
    public async Task DeleteAllAsync() => await _redis.GetDatabase().KeyDeleteAsync([.. (await AllAsync()).Select(key => (RedisKey)key)]);

    public ValueTask DisposeAsync() => _redis.DisposeAsync();
}
