using FluentAssertions;
using StackExchange.Redis;
using Xunit;

namespace Djust.Presence.Redis.Tests.Hosting;

public sealed class RedisClusterTests(ClusterFixture cluster) : IClassFixture<ClusterFixture>
{
    [Fact]
    public async Task A_cluster_gives_each_of_its_masters_keys()
    {
        await using var redis = await Multiplexer.ConnectAsync(cluster.Endpoints);
        var database = redis.GetDatabase();
        for (var number = 0; number < 60; number++)
        {
            await database.StringSetAsync($"key:{number}", number);
        }

        var sizes = new List<long>();
        foreach (var node in cluster.Cluster.Nodes)
        {
            sizes.Add(await redis.GetServer(node.Endpoint).DatabaseSizeAsync());
        }

        sizes.Should().HaveCount(3).And.OnlyContain(size => size > 5).And.Subject.Sum().Should().Be(60);
        (await database.StringGetAsync("key:59")).Should().Be(59);
    }

    [Fact]
    public async Task A_cluster_runs_a_script_where_its_keys_are_and_publishes_from_there_to_all()
    {
        await using var redis = await Multiplexer.ConnectAsync(cluster.Endpoints);
        var messages = await redis.GetSubscriber().SubscribeAsync(RedisChannel.Literal("said"));

        foreach (var key in new[] { "a", "b", "c", "d", "e", "f" })
        {
            await redis.GetDatabase().ScriptEvaluateAsync("redis.call('PUBLISH', 'said', KEYS[1])", [new RedisKey(key)]);
        }

        var heard = new List<string>();
        while (heard.Count < 6)
        {
            heard.Add((await messages.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30))).Message.ToString());
        }

        heard.Should().BeEquivalentTo("a", "b", "c", "d", "e", "f");
    }
}
