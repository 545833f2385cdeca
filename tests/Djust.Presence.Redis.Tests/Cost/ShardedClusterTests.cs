using Djust.Presence.Redis.Tests.Hosting;
using FluentAssertions;
using Xunit;

namespace Djust.Presence.Redis.Tests.Cost;

/// <summary>Sharded pub/sub on a cluster: changes stay on the shard of their group. (The whole contract with it: ShardedContractTests.)</summary>
public sealed class ShardedClusterTests(ClusterFixture cluster) : IClassFixture<ClusterFixture>
{
    /// <summary>Enough for each of three shards to have some.</summary>
    private static readonly string[] Rooms = [.. Enumerable.Range(0, 24).Select(room => $"room:{room}")];

    [Fact]
    public async Task A_node_hears_of_the_groups_of_every_shard()
    {
        await using var store = new RedisStore(cluster.Endpoints, options => options.UseShardedPubSub = true);
        var (a, b) = (await CostNode.StartAsync(store), await CostNode.StartAsync(store));
        foreach (var room in Rooms)
        {
            await b.FollowAsync(room);
        }

        foreach (var room in Rooms)
        {
            await a.JoinAsync(room, "ada");
        }

        await EachListsAsync(b, 1);
        foreach (var room in Rooms)
        {
            await a.LeaveAsync(room, "ada");
        }

        await EachListsAsync(b, 0);
        (await ChannelsAsync()).Should().OnlyContain(count => count > 0).And.HaveCount(3);
        b.Backend.Groups.Resyncs.Should().Be(0, "the feed brought everything");
    }

    /// <summary>How many channels of the groups each shard serves, under the store's own key prefix or another's.</summary>
    private async Task<List<int>> ChannelsAsync()
    {
        var counts = new List<int>();
        await using var redis = await Multiplexer.ConnectAsync(cluster.Endpoints);
        foreach (var node in cluster.Cluster.Nodes)
        {
            counts.Add(((string[])(await redis.GetServer(node.Endpoint).ExecuteAsync("PUBSUB", "SHARDCHANNELS", "*:group:*"))!).Length);
        }

        return counts;
    }

    private static async Task EachListsAsync(CostNode node, int count)
    {
        foreach (var room in Rooms)
        {
            await Eventually.TrueAsync(async () => (await node.ListAsync(room)).Count == count, $"{room} has {count} on the other node");
        }
    }
}
