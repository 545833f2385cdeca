using StackExchange.Redis;

namespace Djust.Presence.Benchmarks;

/// <summary>The same scripts and keys through StackExchange.Redis, and nothing around them.</summary>
internal sealed class RawRedis : IAsyncDisposable
{
    private static readonly RedisKeys Keys = new("bench", sharded: false);

    private readonly ConnectionMultiplexer _redis;

    private RawRedis(ConnectionMultiplexer redis) => _redis = redis;

    public static async Task<RawRedis> ConnectAsync(string endpoint) => new(await ConnectionMultiplexer.ConnectAsync(endpoint));

    /// <summary>Joins a user of a new entry, with every value that the backend sends.</summary>
    public Task JoinAsync(string key, int user) => _redis.GetDatabase().ScriptEvaluateAsync(RedisScript.Join, Keys.Group(key),
    [
        Keys.Feed(key).ToString(), "PUBLISH", 86_400_000, "0123456789", RedisNode.Name, RedisNode.Name + ".1", RedisNode.Connection(user), RedisNode.User(user),
        RedisNode.Hub, RedisNode.Meta.Utf8Json, 0, RedisValue.EmptyString, 256, RedisValue.EmptyString, 0, 0, RedisNode.Name + ".1", "another-node.1",
    ]);

    public Task ReadAsync(string key) => _redis.GetDatabase().HashGetAllAsync(Keys.Group(key)[0]);

    public ValueTask DisposeAsync() => _redis.DisposeAsync();
}
