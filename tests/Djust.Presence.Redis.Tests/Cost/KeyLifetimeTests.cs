using Djust.Presence.Redis.Tests.Hosting;
using FluentAssertions;
using StackExchange.Redis;
using Xunit;

namespace Djust.Presence.Redis.Tests.Cost;

/// <summary>Nothing stays in Redis for good: every key ends by itself, and a minute after the last leave there is none.</summary>
public sealed class KeyLifetimeTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    private const string Room = "room";
    private const string Other = "other room";

    private static readonly TimeSpan Forever = TimeSpan.FromHours(1);
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(300);

    [Fact]
    public async Task Every_key_has_a_lifetime_after_every_request()
    {
        await using var store = new RedisStore(redis.Endpoint);
        await using var keys = await StoredKeys.ConnectAsync(redis.Server, store.Prefix);
        var node = await CostNode.StartAsync(store);
        var other = await CostNode.StartAsync(store);
        await node.FollowAsync(Room);
        (string What, Func<Task> Request)[] steps =
        [
            ("a join", () => node.JoinAsync(Room, "ada", "tab")),
            ("the only user's reload", () => ReloadAsync(node, "tab", "reloaded")),
            ("the only user's move to another node", () => ReloadAsync(node, "reloaded", "moved", other)),
            ("the way back", () => ReloadAsync(other, "moved", "back", node)),
            ("an update", () => node.UpdateAsync(Room, "back", new { name = "Ada" })),
            ("a second tab", () => node.JoinAsync(Room, "ada", "second")),
            ("its end", () => node.HoldAsync(Room, "second")),
            ("another user", () => other.JoinAsync(Room, "grace")),
            ("a removal", () => node.RemoveAsync(Room, "grace")),
            ("the first heartbeat of a group", () => node.JoinAloneAsync(Other, "bot", Forever)),
            ("a heartbeat", () => node.HeartbeatAsync(Other, "bot", Forever)),
            ("a heartbeat that ends sooner", () => node.HeartbeatAsync(Other, "bot", Soon)),
            ("one that has stopped", () => Eventually.TrueAsync(async () => (await node.SweepAsync()).Count == 1, "the heartbeat has run out")),
            ("heartbeats beside connections", () => node.JoinAloneAsync(Room, "bot", Forever)),
            ("the end of the connections", () => node.LeaveAsync(Room, "back")),
            ("another connection", () => node.JoinAsync(Room, "ada", "once more")),
            ("a renewal", () => node.RenewAsync()),
            ("a sweep of everything", () => node.SweepAsync(full: true)),
            ("a group told in another node's place", () => RestoreAsync(node, other)),
            ("a renewal of lifetimes", () => node.Backend.Groups.Requests.TouchAsync(Room)),
            ("a node's end", () => other.Backend.ReleaseNodeAsync(other.Id).ToListAsync().AsTask()),
            ("everything told anew", () => TellAnewAsync(node)),
        ];

        foreach (var (what, request) in steps)
        {
            await request();

            (await keys.WithoutLifetimeAsync()).Should().BeEmpty("after {0} every key ends by itself", what);
        }
    }

    /// <summary>Between two commands a client can die, and what it meant to say next is never said.</summary>
    [Fact]
    public async Task A_key_is_never_without_a_lifetime_not_even_between_two_commands()
    {
        await using var store = new RedisStore(redis.Endpoint);
        var node = await CostNode.StartAsync(store);
        await node.JoinAsync(Other, "ada");

        var log = await CommandLog.OfAsync(redis.Server, () => node.JoinAsync(Room, "ada"));

        var at = log.Sent.ToList().IndexOf("SADD");
        log.Sent.Skip(at - 1).Take(4).Should().Equal("MULTI", "SADD", "EXPIRE", "EXEC");
    }

    [Fact]
    public async Task Soon_after_the_last_leave_nothing_is_left_but_what_ends_within_a_minute()
    {
        await using var store = new RedisStore(redis.Endpoint);
        await using var keys = await StoredKeys.ConnectAsync(redis.Server, store.Prefix);
        var nodes = new[] { await CostNode.StartAsync(store), await CostNode.StartAsync(store) };
        foreach (var node in nodes)
        {
            await node.FollowAsync(Room);
            await node.FillAsync([Room, Other], 0, 20);
            await node.JoinAloneAsync(Room, "bot of " + node.Id, TimeSpan.FromSeconds(5));
            await node.JoinAloneAsync("bots only", "bot", Soon);
        }

        (await keys.AllAsync()).Should().NotBeEmpty();
        foreach (var node in nodes)
        {
            for (var user = 0; user < 20; user++)
            {
                await node.LeaveAsync(user % 2 == 0 ? Room : Other, $"user{user}");
            }

            await node.LeaveAloneAsync(Room, "bot of " + node.Id);
        }

        // As the sweeper does, by the clock: a node without entries keeps its lease for ten seconds.
        await Eventually.TrueAsync(
            async () =>
            {
                foreach (var node in nodes)
                {
                    await node.RenewAsync();
                    await node.SweepAsync();
                }

                return (await keys.AllAsync()).Count == 0;
            },
            "nothing is left");
    }

    [Fact]
    public async Task A_removal_is_forgotten_within_a_minute()
    {
        await using var store = new RedisStore(redis.Endpoint);
        await using var keys = await StoredKeys.ConnectAsync(redis.Server, store.Prefix);
        var node = await CostNode.StartAsync(store);
        await node.JoinAsync(Room, "ada");

        await node.RemoveAsync(Room, "ada");

        var left = (await keys.AllAsync()).Where(key => key.Contains(":group:", StringComparison.Ordinal)).ToArray();
        left.Should().ContainSingle().Which.Should().EndWith(":removed");
        (await keys.LifetimeAsync(left[0])).Should().BeLessThan(TimeSpan.FromMinutes(1));
    }

    /// <summary>A connection ends, and another of the same user takes its entry over: the browser's reload.</summary>
    private static async Task ReloadAsync(CostNode from, string connection, string next, CostNode? to = null)
    {
        await from.HoldAsync(Room, connection);
        await (to ?? from).JoinAsync(Room, "ada", next);
    }

    /// <summary>As after the store has lost its memory: what there was in a group.</summary>
    private static async Task RestoreAsync(CostNode node, CostNode other)
    {
        var owner = other.Backend.Groups.Leases.OwnerName!;
        await node.Backend.Groups.Leases.VouchAsync(["gone.1"]);
        await node.Backend.Groups.Registered.AddAsync("gone.1", ["lost"]);
        LostEntry[] entries =
        [
            new("ada", DateTimeOffset.UnixEpoch, new EntryRecord(2, owner, 0, 2, PresenceMeta.Empty)),
            new("bot", DateTimeOffset.UnixEpoch, new EntryRecord(1, string.Empty, 0, 1, PresenceMeta.Empty)),
        ];
        await node.Backend.Groups.Requests.RestoreAsync("lost", node.Id, new LostGroup("before", 1, [2, 1], entries), entries, isLast: true);
    }

    /// <summary>As after an interruption: all that the store has of this node has gone, and something else has come.</summary>
    private static async Task TellAnewAsync(CostNode node)
    {
        var owner = node.Backend.Groups.Leases.OwnerName!;
        RedisValue[] gone = ["requested", "once more", "ada", "", "{}", "c", 0, 0, 0, ""];
        RedisValue[] bot = ["requested", "user:bot", "bot", "", "{}", "c", 0, 0, 0, 1_000];
        RedisValue[] kept = ["keep", "new", "grace", "", "{}", "", 0, 0, 0, ""];
        await node.Backend.Groups.Requests.AssertAsync(Room, node.Id, owner, string.Empty, 0, leaseLost: false, isLast: true, [.. gone, .. bot, .. kept]);
    }
}
