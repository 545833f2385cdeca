using Djust.Presence.Redis.Tests.Hosting;
using FluentAssertions;
using Xunit;

namespace Djust.Presence.Redis.Tests.Cost;

/// <summary>What a request asks of Redis. A command that a client sends alone is a round trip.</summary>
public sealed class RequestCostTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    private const string Room = "room";

    private static readonly string[] OneScript = ["EVALSHA"];

    [Fact]
    public async Task A_join_an_update_a_hold_and_a_leave_are_one_script_each()
    {
        await using var store = new RedisStore(redis.Endpoint);
        var node = await StartAsync(store);

        (await OfAsync(() => node.JoinAsync(Room, "grace"))).Sent.Should().Equal(OneScript);
        (await OfAsync(() => node.JoinAsync(Room, "grace", "second tab"))).Sent.Should().Equal(OneScript);
        (await OfAsync(() => node.UpdateAsync(Room, "grace", new { name = "Grace" }))).Sent.Should().Equal(OneScript);
        (await OfAsync(() => node.LeaveAsync(Room, "second tab"))).Sent.Should().Equal(OneScript);
        (await OfAsync(() => node.HoldAsync(Room, "grace"))).Sent.Should().Equal(OneScript);
        (await OfAsync(() => node.JoinAsync(Room, "grace", "after the reload"))).Sent.Should().Equal(OneScript);
        (await OfAsync(() => node.LeaveAsync(Room, "after the reload"))).Sent.Should().Equal(OneScript);
        (await OfAsync(() => node.RemoveAsync(Room, "ada"))).Sent.Should().Equal(OneScript);
    }

    [Fact]
    public async Task A_heartbeat_is_one_script()
    {
        await using var store = new RedisStore(redis.Endpoint);
        var node = await StartAsync(store);
        await node.JoinAloneAsync(Room, "grace", TimeSpan.FromHours(1));

        var log = await OfAsync(() => node.HeartbeatAsync(Room, "grace", TimeSpan.FromHours(2)));

        log.Sent.Should().Equal(OneScript);
    }

    [Fact]
    public async Task The_first_join_in_a_group_also_puts_the_group_on_the_list_of_the_node()
    {
        await using var store = new RedisStore(redis.Endpoint);
        var node = await StartAsync(store);

        var log = await OfAsync(() => node.JoinAsync("another", "grace"));

        log.Sent.Should().ContainSingle(command => command == "EVALSHA").And.Contain("SADD");
    }

    [Theory]
    [InlineData(2_000, 1)]
    [InlineData(10, 4)]
    public async Task The_commands_of_a_request_depend_neither_on_the_size_of_the_group_nor_on_the_number_of_nodes(int users, int nodes)
    {
        await using var few = new RedisStore(redis.Endpoint);
        await using var many = new RedisStore(redis.Endpoint);

        var ofFew = await FillAsync(few, users: 10, nodes: 1);
        var ofMany = await FillAsync(many, users, nodes);
        foreach (var node in ofFew.Concat(ofMany))
        {
            await node.IsIdleAsync(redis.Server);
        }

        var expected = await RequestsAsync(ofFew[0]);
        var found = await RequestsAsync(ofMany[0]);

        found.Select(log => log.Sent).Should().BeEquivalentTo(expected.Select(log => log.Sent), options => options.WithStrictOrdering());
        found.Select(log => log.Called).Should().BeEquivalentTo(expected.Select(log => log.Called), options => options.WithStrictOrdering());
    }

    [Fact]
    public async Task A_list_of_a_group_that_is_followed_asks_Redis_nothing()
    {
        await using var store = new RedisStore(redis.Endpoint);
        var node = await StartAsync(store);
        await node.FollowAsync(Room);
        await node.IsIdleAsync(redis.Server);
        IReadOnlyList<Presence> first = [], second = [];

        var log = await OfAsync(async () => (first, second) = (await node.ListAsync(Room), await node.ListAsync(Room)));

        log.Sent.Should().BeEmpty();
        first.Should().ContainSingle();
        second.Should().BeSameAs(first);
    }

    [Fact]
    public async Task A_list_right_after_a_change_asks_Redis_nothing_either()
    {
        await using var store = new RedisStore(redis.Endpoint);
        var node = await StartAsync(store);
        await node.FollowAsync(Room);
        await node.IsIdleAsync(redis.Server);
        await node.JoinAsync(Room, "grace");
        IReadOnlyList<Presence> list = [];

        var log = await OfAsync(async () => list = await node.ListAsync(Room));

        log.Sent.Should().BeEmpty();
        list.Should().HaveCount(2);
    }

    [Fact]
    public async Task A_list_of_a_group_that_nobody_follows_is_one_transaction()
    {
        await using var store = new RedisStore(redis.Endpoint);
        var node = await StartAsync(store);

        var log = await OfAsync(() => node.ListAsync(Room));

        log.Sent.Should().BeEquivalentTo("MULTI", "HMGET", "HGETALL", "ZRANGE", "EXEC");
        log.Called.Should().BeEmpty();
    }

    private static async Task<CostNode> StartAsync(RedisStore store)
    {
        var node = await CostNode.StartAsync(store);

        // The first join in a group does more: the group's name, and scripts that Redis has not seen.
        await node.JoinAsync(Room, "ada");
        await node.JoinAsync(Room, "ada", "passing");
        await node.UpdateAsync(Room, "passing", new { name = "Ada" });
        await node.HoldAsync(Room, "passing");
        await node.RemoveAsync(Room, "nobody");
        await node.HeartbeatAsync(Room, "nobody", TimeSpan.FromHours(1));
        return node;
    }

    private static async Task<List<CostNode>> FillAsync(RedisStore store, int users, int nodes)
    {
        var started = new List<CostNode> { await StartAsync(store) };
        await started[0].FollowAsync(Room);
        for (var other = 1; other < nodes; other++)
        {
            started.Add(await CostNode.StartAsync(store));
            await started[other].FollowAsync(Room);
            await started[other].FillAsync([Room], other * 10_000, (other * 10_000) + users);
        }

        await started[0].FillAsync([Room], 0, users);
        return started;
    }

    private async Task<CommandLog[]> RequestsAsync(CostNode node) =>
    [
        await OfAsync(() => node.JoinAsync(Room, "grace")),
        await OfAsync(() => node.UpdateAsync(Room, "grace", new { name = "Grace" })),
        await OfAsync(() => node.HoldAsync(Room, "grace")),
        await OfAsync(() => node.JoinAsync(Room, "grace", "after the reload")),
        await OfAsync(() => node.LeaveAsync(Room, "after the reload")),
    ];

    private Task<CommandLog> OfAsync(Func<Task> request) => CommandLog.OfAsync(redis.Server, request);
}
