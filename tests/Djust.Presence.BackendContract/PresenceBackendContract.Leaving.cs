using Djust.Presence.Backends;
using FluentAssertions;
using Xunit;

namespace Djust.Presence.BackendContract;

/// <content>A leave removes what it names, once, and nothing else.</content>
public abstract partial class PresenceBackendContract
{
    [Fact]
    public async Task The_end_of_the_last_connection_is_a_leave_with_the_user_as_they_were_last()
    {
        await A.JoinAsync(Key, "anchor", "c0");
        await A.JoinAsync(Key, "ada", "c1", Ada, hub: "DocumentHub");
        var last = await A.UpdateAsync(Key, "c1", Grace);
        var leave = await A.LeaveAsync(Key, "c1");
        leave.Outcome.Should().Be(PresenceOutcome.Changed);
        leave.Ref.Should().Be(last.Ref);
        leave.Change!.Kind.Should().Be(PresenceChangeKind.Leave);
        leave.Change.Reason.Should().Be(PresenceChangeReason.Requested);
        leave.Change.Hub.Should().Be("DocumentHub");
        Describe(leave.Change.Presence).Should().Be(Describe(last.Presence!));
        Describe(leave.Presence!).Should().Be(Describe(last.Presence!));
        await ShouldListAsync(Key, "anchor");
    }

    [Theory]
    [InlineData("c1", "c2")]
    [InlineData("c2", "c1")]
    public async Task Closing_one_of_two_tabs_is_not_a_leave(string first, string second)
    {
        await A.JoinAsync(Key, "ada", "c1", Ada);
        await A.JoinAsync(Key, "ada", "c2", Ada);
        (await A.LeaveAsync(Key, first)).Change!.Kind.Should().Be(PresenceChangeKind.Connections);
        await ShouldListAsync(Key, "ada");
        (await A.LeaveAsync(Key, second)).Change!.Kind.Should().Be(PresenceChangeKind.Leave);
        await ShouldListAsync(Key);
    }

    [Fact]
    public async Task The_late_end_of_an_old_connection_never_removes_the_new_one()
    {
        // Reconnect: the new connection's join comes first, the old one's end half a minute later, with a sweep in between.
        await A.JoinAsync(Key, "ada", "old", Ada);
        await B.JoinAsync(Key, "ada", "new", Ada);
        await Store.AdvanceAsync(Store.Unit * 3);
        (await B.SweepAsync()).Should().BeEmpty();
        (await A.LeaveAsync(Key, "old", PresenceChangeReason.Disconnected)).Change!.Kind.Should().Be(PresenceChangeKind.Connections);
        await ShouldListAsync(Key, "ada");
    }

    [Fact]
    public async Task A_leave_under_another_nodes_id_removes_nothing()
    {
        await A.JoinAsync(Key, "ada", "c1", Ada);
        var leave = await B.LeaveAsync(Key, "c1");
        leave.Outcome.Should().Be(PresenceOutcome.NotFound);
        leave.Change.Should().BeNull();
        await ShouldListAsync(Key, "ada");
    }

    [Fact]
    public async Task The_same_connection_on_two_nodes_is_two_entries()
    {
        // A connection that migrates arrives on the new node before the old one ends.
        await A.JoinAsync(Key, "ada", "c1", Ada);
        await B.JoinAsync(Key, "ada", "c1", Ada);
        await A.LeaveAsync(Key, "c1");
        await ShouldShowAsync("ada", presence => presence.Connections.Should().ContainSingle());
    }

    [Fact]
    public async Task Leaving_twice_changes_nothing_the_second_time()
    {
        await A.JoinAsync(Key, "anchor", "c0");
        await A.JoinAsync(Key, "ada", "c1", Ada);
        var feed = await FollowAsync(B);
        await A.LeaveAsync(Key, "c1");
        foreach (var again in new[] { await A.LeaveAsync(Key, "c1"), await A.LeaveUserAsync(Key, "ada"), await A.LeaveAsync(Key + "x", "c1") })
        {
            again.Outcome.Should().Be(PresenceOutcome.NotFound);
            again.Change.Should().BeNull();
        }

        await feed.SettleAsync(Key, A, B);
        feed.Changes.Select(change => change.Kind).Should().Equal(PresenceChangeKind.Leave);
        await ShouldListAsync(Key, "anchor");
    }

    [Fact]
    public async Task A_whole_user_leaves_with_all_connections_on_all_nodes_in_one_change()
    {
        await A.JoinAsync(Key, "grace", "c0");
        await A.JoinAsync(Key, "ada", "c1", Ada);
        await B.JoinAsync(Key, "ada", "c2", Grace);
        await A.JoinAloneAsync(Key, "ada", Forever, Ada);
        var feed = await FollowAsync(B);
        var leave = await A.LeaveUserAsync(Key, "ada");
        leave.Change!.Kind.Should().Be(PresenceChangeKind.Leave);
        leave.Change.Reason.Should().Be(PresenceChangeReason.Removed);
        leave.Presence!.Connections.Should().HaveCount(3);
        await feed.SettleAsync(Key, A, B);
        feed.Changes.Should().ContainSingle();
        await ShouldListAsync(Key, "grace");
    }

    [Fact]
    public async Task A_user_whose_last_connection_is_held_leaves_as_a_whole_too()
    {
        await A.JoinAsync(Key, "ada", "c1", Ada);
        await A.HoldAsync(Key, "c1");
        (await B.LeaveUserAsync(Key, "ada")).Change!.Kind.Should().Be(PresenceChangeKind.Leave);
        (await A.LeaveAsync(Key, "c1")).Outcome.Should().Be(PresenceOutcome.NotFound);
        await ShouldListAsync(Key);
    }

    [Fact]
    public async Task A_leave_touches_only_its_own_group()
    {
        await A.JoinAsync(Key, "ada", "c1", Ada);
        await A.JoinAsync(Key + "x", "ada", "c1", Ada);
        await A.LeaveAsync(Key, "c1");
        await ShouldListAsync(Key);
        await ShouldListAsync(Key + "x", "ada");
    }

    [Fact]
    public async Task A_group_that_was_empty_begins_again_and_its_observers_follow()
    {
        var feed = await FollowAsync(B);
        for (var round = 0; round < 3; round++)
        {
            (await A.JoinAsync(Key, "ada", "c1", Ada)).Change!.Kind.Should().Be(PresenceChangeKind.Join);
            (await A.LeaveAsync(Key, "c1")).Change!.Kind.Should().Be(PresenceChangeKind.Leave);
        }

        await A.JoinAsync(Key, "grace", "c2", Grace);
        await ShouldListAsync(Key, "grace");
        await ShouldAgreeAsync(feed);
    }

    [Fact]
    public async Task A_group_that_never_was_is_empty()
    {
        var snapshot = await A.ReadAsync(Key);
        snapshot.Key.Should().Be(Key);
        snapshot.Count.Should().Be(0);
        snapshot.Presences.Should().BeEmpty();
    }

    [Fact]
    public async Task A_user_who_left_and_came_back_joins_anew()
    {
        await A.JoinAsync(Key, "anchor", "c0");
        var first = await A.JoinAsync(Key, "ada", "c1", Ada);
        await A.LeaveAsync(Key, "c1");
        var second = await B.JoinAsync(Key, "ada", "c1", Ada);
        second.Change!.Kind.Should().Be(PresenceChangeKind.Join);
        second.Ref.Should().NotBe(first.Ref);
        second.Presence!.JoinedAt.Should().BeOnOrAfter(first.Presence!.JoinedAt);
    }
}
