using Djust.Presence.Backends;
using FluentAssertions;
using Xunit;

namespace Djust.Presence.Redis.Tests.Groups;

/// <summary>When an entry of this node is its own no longer, and when it still is.</summary>
public sealed class GroupReplicaOwnTests
{
    private static readonly PresenceEntryId Mine = new("c", "me");

    private readonly StrictObserver _observer = new();
    private readonly GroupReplica _replica;

    public GroupReplicaOwnTests() => _replica = new GroupReplica("k", "l.", _observer);

    [Fact]
    public void A_late_message_from_before_its_join_does_not_take_an_entry_out()
    {
        Confirm(version: 5, @ref: 3);

        _replica.Take(Change(4, PresenceChangeKind.Leave, Entry(2, "o.1")));
        _replica.Own.Count.Should().Be(1);
        _replica.Take(Change(6, PresenceChangeKind.Connections, Entry(4, "o.1")));
        _replica.Own.Count.Should().Be(0);
    }

    [Fact]
    public void A_message_of_another_numbering_says_nothing_about_an_entry()
    {
        Confirm(version: 5, @ref: 3);

        _replica.Take(Change(9, PresenceChangeKind.Leave, Entry(3, "me.1")) with { Epoch = "f" });

        _replica.Own.Count.Should().Be(1);
    }

    [Fact]
    public void An_entry_that_another_node_has_taken_over_is_its()
    {
        Confirm(version: 5, @ref: 3);

        _replica.Take(Change(6, PresenceChangeKind.Update, Entry(3, "o.1")));

        _replica.Own.Count.Should().Be(0);
    }

    [Theory]
    [InlineData("o.1", 5, true, false)]
    [InlineData("o.1", 5, false, true)]
    [InlineData("o.1", 6, false, false)]
    [InlineData("me.2", 6, false, true)]
    public void An_owner_that_is_told_without_a_change_takes_over_what_was_held(string owner, long version, bool held, bool stays)
    {
        _replica.Reset(new GroupState("k", "e", 6, [new UserRecord("u", DateTimeOffset.UnixEpoch, [Entry(3, "me.1")])]), []);
        Confirm(version: 5, @ref: 3);
        if (held)
        {
            _replica.ConfirmHold(Mine);
        }

        _replica.Take(new OwnerChange("e", version, owner, [3]));

        _replica.Own.TryGet(Mine, out _).Should().Be(stays);
    }

    [Fact]
    public void Only_what_was_confirmed_before_a_reading_was_begun_can_be_missing_in_it()
    {
        var begun = _replica.Confirmations;
        Confirm(version: 5, @ref: 3);
        var empty = new GroupState("k", string.Empty, 0, []);

        _replica.MissingIn(empty, begun).Should().BeEmpty();
        _replica.MissingIn(empty, _replica.Confirmations).Should().ContainSingle().Which.Id.Should().Be(Mine);
        _replica.MissingIn(new GroupState("k", "e", 5, [new UserRecord("u", DateTimeOffset.UnixEpoch, [Entry(3, "me.2")])]), _replica.Confirmations).Should().BeEmpty();
    }

    [Fact]
    public void What_somebody_has_removed_meanwhile_leaves_with_that_reason()
    {
        _replica.Reset(new GroupState("k", "e", 5, [new UserRecord("u", DateTimeOffset.UnixEpoch, [Entry(3, "me.1")])]), []);
        Confirm(version: 5, @ref: 3);

        _replica.Reset(new GroupState("k", "f", 0, []), [.. _replica.Own]);

        _observer.Changes.Should().ContainSingle().Which.Reason.Should().Be(PresenceChangeReason.Removed);
        _observer.State!.Count.Should().Be(0);
        _replica.Own.Count.Should().Be(0);
    }

    [Fact]
    public void An_entry_of_another_user_is_refused_and_stays()
    {
        Join(Mine, "u");

        _replica.Invoking(replica => replica.Join(Request(Mine, "v"), DateTimeOffset.UnixEpoch, null)).Should().Throw<ArgumentException>().WithMessage("*another user*");

        _replica.Own.Single().UserId.Should().Be("u");
    }

    [Fact]
    public void One_connection_too_many_is_refused_and_one_that_is_held_does_not_count()
    {
        Join(Mine, "u");
        var second = Request(new PresenceEntryId("d", "me"), "u") with { MaxConnectionsPerUser = 1 };

        _replica.Join(second, DateTimeOffset.UnixEpoch, null).Outcome.Should().Be(PresenceOutcome.TooManyConnections);
        _replica.Hold(Mine).Held.Should().BeTrue();
        _replica.Join(second, DateTimeOffset.UnixEpoch, null).Outcome.Should().Be(PresenceOutcome.Unchanged);

        _observer.State!.Presences.Should().ContainSingle().Which.Connections.Should().ContainSingle();
    }

    [Fact]
    public void A_heartbeat_that_stops_ends_its_entry_once_and_none_brings_it_back()
    {
        var id = PresenceEntryId.ForUser("u");
        _replica.Join(Request(id, "u") with { Timeout = TimeSpan.FromSeconds(1) }, DateTimeOffset.UnixEpoch, deadline: 1_000);

        _replica.Heartbeat(id, now: 900, deadline: 2_000).Should().BeTrue();
        _replica.Expire(1_999);
        _observer.State!.Count.Should().Be(1);
        _replica.Expire(2_000);
        _replica.Expire(2_001);

        _replica.Heartbeat(id, now: 2_001, deadline: 3_000).Should().BeFalse();
        _observer.Changes.Select(change => (change.Kind, change.Reason)).Should().Equal(
            (PresenceChangeKind.Join, PresenceChangeReason.Requested), (PresenceChangeKind.Leave, PresenceChangeReason.Expired));
    }

    [Fact]
    public void A_replica_that_nobody_needs_says_so()
    {
        _replica.HoldsNothing.Should().BeTrue();
        Join(Mine, "u");
        _replica.HoldsNothing.Should().BeFalse();
        _replica.Leave(PresenceTarget.Of(Mine), PresenceChangeReason.Requested);
        _replica.HoldsNothing.Should().BeFalse("the end of it is still to be told");
        _replica.Told(_replica.Untold().Single(), removed: false, 0, "e", 1);
        _replica.HoldsNothing.Should().BeTrue();
    }

    private static EntryRecord Entry(int @ref, string owner) => new(@ref, owner, 0, @ref, PresenceMeta.Empty);

    private static GroupChange Change(long version, PresenceChangeKind kind, EntryRecord entry) =>
        new("e", version, kind, PresenceChangeReason.Requested, null, new UserRecord("u", DateTimeOffset.UnixEpoch, [entry]), 0);

    private static PresenceJoin Request(PresenceEntryId id, string user) => new() { Key = "k", Entry = id, UserId = user, Meta = PresenceMeta.Empty };

    private void Join(PresenceEntryId id, string user) => _replica.Join(Request(id, user), DateTimeOffset.UnixEpoch, null);

    private void Confirm(long version, int @ref) => _replica.Confirm(Request(Mine, "u"), @ref, Change(version, PresenceChangeKind.Join, Entry(@ref, "me.1")), null);
}
