using Djust.Presence.Backends;
using Djust.Presence.Redis.Tests.Cost;
using Djust.Presence.Redis.Tests.Hosting;
using FluentAssertions;
using Xunit;

namespace Djust.Presence.Redis.Tests.Groups;

/// <summary>A node was paused, or its request was: it arrives after the node has taken another lease, and told what it holds under that one.</summary>
public sealed class LateWriteTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    private const string Room = "room";

    [Theory]
    [InlineData("join", "fenced")]
    [InlineData("update", "missing")]
    [InlineData("hold", "missing")]
    [InlineData("leave", "missing")]
    public async Task A_request_of_an_earlier_lease_changes_nothing_that_a_later_one_holds(string request, string outcome)
    {
        await using var store = new RedisStore(redis.Endpoint);
        var node = await CostNode.StartAsync(store);
        var groups = node.Backend.Groups;
        var earlier = groups.Leases.OwnerName!;
        var join = new PresenceJoin { Key = Room, Entry = node.Entry("tab"), UserId = "ada", Meta = PresenceMeta.From(new { name = "Ada" }) };
        await groups.Requests.JoinAsync(join, Owner.Name(node.Id, Owner.LifeOf(earlier) + 1), string.Empty, knownRef: 0, fresh: true);
        var before = await EntryAsync(groups);
        var late = PresenceMeta.From(new { name = "late" });

        var answer = await (request switch
        {
            "join" => groups.Requests.JoinAsync(join with { Meta = late }, earlier, string.Empty, knownRef: 0, fresh: true),
            "update" => groups.Requests.UpdateAsync(Room, PresenceTarget.Of(join.Entry), late, string.Empty),
            "hold" => groups.Requests.HoldAsync(Room, join.Entry, string.Empty, fresh: true),
            _ => groups.Requests.LeaveAsync(Room, PresenceTarget.Of(join.Entry), PresenceChangeReason.Disconnected, string.Empty),
        });

        answer.Outcome.Should().Be(outcome);
        (await EntryAsync(groups)).Should().Be(before);
    }

    private static async Task<EntryRecord> EntryAsync(RedisGroups groups) => (await groups.Reader.ReadAsync(Room)).Find("ada")!.Entries.Single();
}
