using System.Diagnostics;
using System.Globalization;
using StackExchange.Redis;

namespace Djust.Presence.Benchmarks;

/// <summary>The same scripts and keys through StackExchange.Redis, and nothing around them.</summary>
internal sealed class RawRedis : IAsyncDisposable
{
    private static readonly RedisKeys Keys = new("bench", sharded: false);

    private readonly ConnectionMultiplexer _redis;

    private RawRedis(ConnectionMultiplexer redis) => _redis = redis;

    public static async Task<RawRedis> ConnectAsync(string endpoint) => new(await ConnectionMultiplexer.ConnectAsync(endpoint + ",allowAdmin=true"));

    /// <summary>Joins a user of a new entry, with every value that the backend sends.</summary>
    public Task JoinAsync(string key, int user) => _redis.GetDatabase().ScriptEvaluateAsync(RedisScript.Join, Keys.Group(key),
    [
        Keys.Feed(key).ToString(), "PUBLISH", 86_400_000, "0123456789", RedisNode.Name, RedisNode.Name + ".1", RedisNode.Connection(user), RedisNode.User(user),
        RedisNode.Hub, RedisNode.Meta.Utf8Json, 0, RedisValue.EmptyString, 256, RedisValue.EmptyString, 0, 0, RedisNode.Name + ".1", "another-node.1",
    ]);

    /// <summary>Takes that entry out again.</summary>
    public Task LeaveAsync(string key, int user) => _redis.GetDatabase().ScriptEvaluateAsync(RedisScript.Leave, Keys.Group(key),
    [
        Keys.Feed(key).ToString(), "PUBLISH", 86_400_000, "0123456789", RedisNode.Name, RedisValue.EmptyString, RedisNode.Connection(user), RedisValue.EmptyString,
        "requested", RedisValue.EmptyString, 60_000,
    ]);

    public Task ReadAsync(string key) => _redis.GetDatabase().HashGetAllAsync(Keys.Group(key)[0]);

    /// <summary>How long messages take from one connection to another, each in milliseconds.</summary>
    public static async Task<List<double>> MessagesAsync(string endpoint, int count)
    {
        await using var sender = await ConnectionMultiplexer.ConnectAsync(endpoint);
        await using var receiver = await ConnectionMultiplexer.ConnectAsync(endpoint);
        var channel = RedisChannel.Literal("raw");
        var (times, came) = (new List<double>(), new TaskCompletionSource<long>());
        await receiver.GetSubscriber().SubscribeAsync(channel, (_, _) => came.TrySetResult(Stopwatch.GetTimestamp()));
        for (var i = 0; i < count; i++)
        {
            came = new(TaskCreationOptions.RunContinuationsAsynchronously);
            var sent = Stopwatch.GetTimestamp();
            await sender.GetSubscriber().PublishAsync(channel, RedisNode.Meta.Utf8Json);
            times.Add(Measure.Milliseconds(sent, await came.Task));
        }

        return times;
    }

    /// <summary>How many commands the server has carried out.</summary>
    public async Task<long> CommandsAsync() => long.Parse(
        (await _redis.GetServers().Single().InfoAsync("stats")).SelectMany(section => section).Single(line => line.Key == "total_commands_processed").Value,
        CultureInfo.InvariantCulture);

    public ValueTask DisposeAsync() => _redis.DisposeAsync();
}
