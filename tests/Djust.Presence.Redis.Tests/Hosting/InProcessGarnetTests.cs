using FluentAssertions;
using StackExchange.Redis;
using Xunit;

namespace Djust.Presence.Redis.Tests.Hosting;

public sealed class InProcessGarnetTests(GarnetFixture garnet) : IClassFixture<GarnetFixture>
{
    private const string Script = """
        local time = redis.call('TIME')
        redis.call('HSET', KEYS[1], 'a', ARGV[1])
        redis.call('ZADD', KEYS[2], time[1], 'a')
        redis.call('PUBLISH', ARGV[2], ARGV[1])
        return redis.call('ZRANGE', KEYS[2], 0, -1, 'WITHSCORES')
        """;

    [Fact]
    public async Task A_script_changes_keys_and_publishes()
    {
        await using var redis = await Multiplexer.ConnectAsync(garnet.Endpoint);
        var messages = await redis.GetSubscriber().SubscribeAsync(RedisChannel.Literal("script:channel"));

        var answer = (RedisResult[])(await redis.GetDatabase().ScriptEvaluateAsync(
            Script, [new RedisKey("{script}:hash"), new RedisKey("{script}:set")], ["value", "script:channel"]))!;

        ((string?)answer[0]).Should().Be("a");
        DateTimeOffset.FromUnixTimeSeconds((long)answer[1]).Should().BeCloseTo(DateTimeOffset.UtcNow, TimeSpan.FromMinutes(1));
        (await messages.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30))).Message.Should().Be("value");
    }

    [Fact]
    public async Task A_transaction_reads_several_keys()
    {
        await using var redis = await Multiplexer.ConnectAsync(garnet.Endpoint);
        await redis.GetDatabase().ScriptEvaluateAsync(
            Script, [new RedisKey("{read}:hash"), new RedisKey("{read}:set")], ["value", "read:channel"]);

        var transaction = redis.GetDatabase().CreateTransaction();
        var all = transaction.HashGetAllAsync("{read}:hash");
        var some = transaction.HashGetAsync("{read}:hash", ["a", "none"]);
        var range = transaction.SortedSetRangeByRankWithScoresAsync("{read}:set");
        (await transaction.ExecuteAsync()).Should().BeTrue();

        (await all).Should().Equal(new HashEntry("a", "value"));
        (await some).Should().Equal("value", RedisValue.Null);
        (await range).Should().ContainSingle().Which.Element.Should().Be("a");
    }

    [Fact]
    public async Task It_ends_though_clients_are_connected_and_leaves_nothing_behind()
    {
        var files = Directory.GetFileSystemEntries(Environment.CurrentDirectory);
        await using (var first = await InProcessGarnet.StartAsync())
        {
            using var client = await RespClient.ConnectAsync(first.Port);
            await client.CommandAsync("SET", "key", "value");
        }

        await using var second = await InProcessGarnet.StartAsync();
        (await RespClient.CommandAsync(second.Port, "GET", "key")).Should().BeEmpty();
        Directory.GetFileSystemEntries(Environment.CurrentDirectory).Should().BeEquivalentTo(files);
    }
}
