using Djust.Presence.Backends;
using Djust.Presence.Redis.Tests.Cost;
using Djust.Presence.Redis.Tests.Groups;
using Djust.Presence.Redis.Tests.Hosting;
using FluentAssertions;
using Xunit;

namespace Djust.Presence.Redis.Tests.Recovery;

/// <summary>A node that tells a store which has lost a group, and what happens in just that moment.</summary>
public sealed class TellingTests(RedisFixture redis) : IClassFixture<RedisFixture>, IAsyncLifetime
{
    private static readonly Losses Memory = new(Store: true, Lease: false);

    private LostRoom _room = null!;
    private CostNode _node = null!;

    private RedisGroup Group => _room.Groups.Find(_room.Key)!;

    public async Task InitializeAsync()
    {
        _room = await LostRoom.OpenAsync(redis.Endpoint);
        _node = _room.Node;
    }

    public async Task DisposeAsync() => await _room.DisposeAsync();

    [Fact]
    public async Task Who_leaves_while_it_is_told_what_there_was_is_heard_to_leave()
    {
        await _node.JoinAsync(_room.Key, "ada");
        await LoseAsync();

        // What follows up to the first request runs here, and the end of the connection comes next.
        var telling = _room.Groups.Teller.TellAsync(Group, new Telling(Memory, new HashSet<string>()));
        Group.Apart(replica => replica.Leave(PresenceTarget.Of(_node.Entry("ada")), PresenceChangeReason.Requested)).Should().NotBeNull();
        await telling;

        Changes().Should().Equal("Leave ada");
        (await _room.EntriesAsync()).Should().BeEmpty();
    }

    [Fact]
    public async Task Who_is_removed_while_it_is_told_what_there_was_is_heard_to_leave()
    {
        await _node.JoinAsync(_room.Key, "ada");
        await LoseAsync();

        var telling = _room.Groups.Teller.TellAsync(Group, new Telling(Memory, new HashSet<string>()));
        Group.Apart(replica => replica.Leave(PresenceTarget.Of("ada"), PresenceChangeReason.Removed)).Should().NotBeNull();
        await telling;

        Changes().Should().Equal("Leave ada");
        (await _room.EntriesAsync()).Should().BeEmpty();
    }

    [Fact]
    public async Task Who_stays_is_neither_heard_to_join_nor_to_leave()
    {
        await _node.JoinAsync(_room.Key, "ada");
        await LoseAsync();

        await _room.Groups.Teller.TellAsync(Group, new Telling(Memory, new HashSet<string>()));

        Changes().Should().BeEmpty();
        (await _room.ReadAsync()).Users.Should().ContainSingle();
    }

    /// <summary>A sweeper has looked at this group already, and others are told of these users: nobody else will take them out.</summary>
    [Fact]
    public async Task Users_of_a_node_that_is_found_dead_in_that_moment_are_heard_to_leave()
    {
        var (other, owner) = await FollowAnotherAsync();
        await other.Backend.Groups.Leases.ForgetAsync(owner);
        await LoseAsync();

        await _room.Groups.Teller.TellAsync(Group, new Telling(Memory, new HashSet<string> { owner }));

        Changes().Should().Equal("Leave dan");
        (await _room.EntriesAsync()).Should().BeEmpty();
    }

    [Fact]
    public async Task Users_of_a_node_that_has_told_everything_in_that_moment_are_its_own_to_tell_of()
    {
        var (other, owner) = await FollowAnotherAsync();
        await other.Backend.Groups.Leases.BeginTellingAsync();
        await other.Backend.Groups.Leases.EndTellingAsync();
        await LoseAsync();

        await _room.Groups.Teller.TellAsync(Group, new Telling(Memory, new HashSet<string> { owner }));

        Changes().Should().BeEmpty();
        (await _room.EntriesAsync()).Should().BeEmpty();
    }

    /// <summary>Telling has broken off after some of the entries: the others are no less lost than before.</summary>
    [Fact]
    public void Of_entries_that_are_told_in_part_the_numbering_that_was_lost_is_the_oldest()
    {
        var replica = new GroupReplica("k", "l.", new StrictObserver());
        foreach (var (user, number) in new[] { ("ada", 1), ("bob", 2), ("eve", 3) })
        {
            var join = new PresenceJoin { Key = "k", Entry = new PresenceEntryId(user, "me"), UserId = user, Meta = PresenceMeta.Empty };
            var told = new UserRecord(user, DateTimeOffset.UnixEpoch, [new EntryRecord(number, "me.1", 0, number, PresenceMeta.Empty)]);
            replica.Confirm(join, number, new GroupChange("old", number, PresenceChangeKind.Join, PresenceChangeReason.Requested, null, told, number), null);
        }

        replica.Untell();
        replica.Told(replica.Untold()[0], removed: false, 1, "new", 1);
        replica.Leave(PresenceTarget.Of(new PresenceEntryId("eve", "me")), PresenceChangeReason.Requested);

        replica.KnownEpoch.Should().Be("old");
        replica.Lost("me.2", new HashSet<string>()).Entries.Select(lost => lost.UserId).Should().Equal("eve");
        replica.Told(replica.Untold()[0], removed: false, 2, "new", 2);
        replica.KnownEpoch.Should().Be("new");
    }

    /// <summary>Another node with a user in the group, which this one follows.</summary>
    private async Task<(CostNode Node, string Owner)> FollowAnotherAsync()
    {
        var other = await _room.AnotherNodeAsync();
        await _node.FollowAsync(_room.Key);
        await other.JoinAsync(_room.Key, "dan");
        await Eventually.TrueAsync(() => Group.Locked(replica => replica.State!.Users.Count == 1), "the feed has brought it");
        return (other, other.Backend.Groups.Leases.OwnerName!);
    }

    /// <summary>The group is lost, and what this node holds is to be told anew.</summary>
    private async Task LoseAsync()
    {
        await using var keys = await StoredKeys.ConnectAsync(redis.Server, _room.Prefix + ":group");
        await keys.DeleteAllAsync();
        _node.Backend.Link.Up();
        Group.Locked(replica =>
        {
            replica.Untell();
            return true;
        });
    }

    private List<string> Changes()
    {
        var changes = new List<string>();
        while (_room.Groups.Teller.Next() is { } change)
        {
            changes.Add($"{change.Kind} {change.Presence.Id}");
        }

        return changes;
    }
}
