using Djust.Presence.Redis.Tests.Hosting;
using FluentAssertions;
using Xunit;

namespace Djust.Presence.Redis.Tests.Cost;

/// <summary>What a node with connections that do nothing asks of Redis.</summary>
public sealed class IdleCostTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    private const int CommandsPerMinute = 60;

    /// <summary>Of a NodeHeartbeatInterval of 5 s.</summary>
    private const int RenewalsPerMinute = 12;

    /// <summary>
    /// What StackExchange.Redis sends of its own: a sign of life and a look at the server's role for each of a multiplexer's two connections,
    /// once a minute.
    /// </summary>
    private const int OwnPerMinute = 4;

    /// <summary>What a reading of the leases is made of.</summary>
    private static readonly string[] Lease = ["evalsha", "time", "zrange"];

    private static readonly string[] Rooms = [.. Enumerable.Range(0, 10).Select(room => $"room:{room}")];

    /// <summary>
    /// Nobody wants to wait for a minute: what a node does in one by its own clock is renew its lease, as often as fits. What the connection
    /// does by its clock is looked at in the next test. (A whole minute of real time: see docs/benchmarks.md.) Every five minutes
    /// (CleanupInterval) it looks at everything.
    /// </summary>
    [Fact]
    public async Task Ten_thousand_idle_connections_cost_at_most_sixty_commands_a_minute_and_no_more_than_a_thousand_do()
    {
        await using var store = new RedisStore(redis.Endpoint);
        var node = await CostNode.StartAsync(store);
        foreach (var room in Rooms)
        {
            await node.FollowAsync(room);
        }

        await node.FillAsync(Rooms, 0, 1_000);

        // The first time scripts are loaded.
        await node.SweepAsync(full: true);
        var (thousand, thousandSwept) = (await RenewalsAsync(node), await SweepAsync(node));
        await node.FillAsync(Rooms, 1_000, 10_000);
        var (tenThousand, tenThousandSwept) = (await RenewalsAsync(node), await SweepAsync(node));

        (await node.ListAsync(Rooms[0])).Should().HaveCount(1_000);
        tenThousand.Should().Equal(thousand);
        tenThousandSwept.Should().Equal(thousandSwept);
        tenThousand.Values.Sum().Should().BeLessThanOrEqualTo(CommandsPerMinute - OwnPerMinute);
    }

    [Fact]
    public async Task After_the_restart_of_a_node_traffic_is_at_its_idle_level_again()
    {
        await using var store = new RedisStore(redis.Endpoint);
        var stays = await StartAsync(store, "stays");
        var dies = await StartAsync(store, "dies");
        var before = await RenewalsAsync(stays);

        // It ends without a word, and its successor's connections are its own once more.
        await dies.RenewAsync(TimeSpan.FromMilliseconds(300));
        await Eventually.TrueAsync(
            async () =>
            {
                await stays.RenewAsync();
                return (await stays.SweepAsync()).Count > 0;
            },
            "what was the dead node's is swept");
        await dies.Backend.DisposeAsync();
        var successor = await StartAsync(store, "dies");

        (await RenewalsAsync(successor)).Should().Equal(before);
        (await RenewalsAsync(stays)).Should().Equal(before);
        (await stays.ListAsync(Rooms[0])).Should().HaveCount(2 * 20);
    }

    /// <summary>
    /// Real time, since it is the connection's clock that matters: something that it sent every second or more often would show. What comes
    /// once a minute may fall into these seconds or not.
    /// </summary>
    [Fact]
    public async Task While_nothing_happens_the_connection_sends_next_to_nothing_of_its_own()
    {
        await using var store = new RedisStore(redis.Endpoint);
        var node = await CostNode.StartAsync(store);
        await node.FillAsync(Rooms, 0, 100);

        var commands = await CommandStats.OfAsync(redis.Server, () => Task.Delay(TimeSpan.FromSeconds(OwnPerMinute + 1)));

        // What a node still says right after its start is none of the connection's.
        commands.Where(command => !Lease.Contains(command.Key)).Sum(command => command.Value).Should().BeLessThanOrEqualTo(OwnPerMinute);
    }

    /// <summary>A node that follows all rooms, with 20 users of its own in each.</summary>
    private static async Task<CostNode> StartAsync(RedisStore store, string name)
    {
        var node = await CostNode.StartAsync(store);
        foreach (var room in Rooms)
        {
            await node.FollowAsync(room);
            await Parallel.ForAsync(0, 20, async (i, _) => await node.JoinAsync(room, $"{name} {i}"));
        }

        return node;
    }

    private async Task<IReadOnlyDictionary<string, long>> RenewalsAsync(CostNode node)
    {
        await node.IsIdleAsync(redis.Server);

        // After a transaction, as a reading is one, StackExchange.Redis sends a SELECT before the next command.
        await node.RenewAsync();
        return await OfNodeAsync(async () =>
        {
            for (var renewal = 0; renewal < RenewalsPerMinute; renewal++)
            {
                await node.RenewAsync();
            }
        });
    }

    private Task<IReadOnlyDictionary<string, long>> SweepAsync(CostNode node) => OfNodeAsync(() => node.SweepAsync(full: true));

    /// <summary>Without what the connection sends once a minute: it may fall into what is counted or not, and has its own share.</summary>
    private async Task<IReadOnlyDictionary<string, long>> OfNodeAsync(Func<Task> action) =>
        (await CommandStats.OfAsync(redis.Server, action)).Where(command => !CommandLog.IsOwnTraffic(command.Key.Split('|')[0])).ToDictionary();
}
