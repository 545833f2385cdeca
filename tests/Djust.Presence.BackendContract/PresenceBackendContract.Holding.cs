using Djust.Presence.Backends;
using FluentAssertions;
using Xunit;

namespace Djust.Presence.BackendContract;

/// <content>A connection that has ended is held for its user: what a reload looks like.</content>
public abstract partial class PresenceBackendContract
{
    [Fact]
    public async Task Holding_the_last_connection_keeps_the_user_and_is_silent()
    {
        var join = await A.JoinAsync(Key, "ada", "c1", Ada);
        var feed = await FollowAsync(B);
        var hold = await A.HoldAsync(Key, "c1");
        hold.Held.Should().BeTrue();
        hold.Outcome.Should().Be(PresenceOutcome.Unchanged);
        hold.Change.Should().BeNull();
        (hold.Ref, hold.Version).Should().Be((join.Ref, join.Version));
        await ShouldListAsync(Key, "ada");
        await feed.SettleAsync(Key, A, B);
        feed.Changes.Should().BeEmpty();
    }

    [Fact]
    public async Task Holding_one_of_two_connections_removes_it_at_once()
    {
        var first = await A.JoinAsync(Key, "ada", "c1", Ada);
        await B.JoinAsync(Key, "ada", "c2", Ada);
        var hold = await B.HoldAsync(Key, "c2");
        hold.Held.Should().BeFalse();
        hold.Change!.Kind.Should().Be(PresenceChangeKind.Connections);
        hold.Change.Reason.Should().Be(PresenceChangeReason.Disconnected);
        await ShouldShowAsync("ada", presence => presence.Connections.Should().Equal(new PresenceConnection(first.Ref)));
    }

    [Fact]
    public async Task A_presence_without_a_connection_makes_a_hold_unnecessary()
    {
        await A.JoinAloneAsync(Key, "ada", Forever);
        await A.JoinAsync(Key, "ada", "c1");
        (await A.HoldAsync(Key, "c1")).Held.Should().BeFalse();
        await ShouldListAsync(Key, "ada");
    }

    [Fact]
    public Task The_next_connection_on_the_same_node_takes_a_held_one_over_silently() => TakeOverSilentlyAsync(A);

    [Fact]
    public Task The_next_connection_on_another_node_takes_a_held_one_over_silently() => TakeOverSilentlyAsync(B);

    [Fact]
    public async Task Taking_over_with_another_meta_is_exactly_one_update()
    {
        var join = await A.JoinAsync(Key, "ada", "c1", Ada);
        var feed = await FollowAsync(B);
        await A.HoldAsync(Key, "c1");
        var again = await B.JoinAsync(Key, "ada", "c2", Grace);
        again.Ref.Should().Be(join.Ref);
        again.Change!.Kind.Should().Be(PresenceChangeKind.Update);
        await feed.SettleAsync(Key, A, B);
        feed.Changes.Select(change => change.Kind).Should().Equal(PresenceChangeKind.Update);
    }

    [Fact]
    public async Task Nobody_else_takes_a_held_connection_over()
    {
        var join = await A.JoinAsync(Key, "ada", "c1", Ada);
        await A.HoldAsync(Key, "c1");
        var other = await A.JoinAsync(Key, "grace", "c2", Ada);
        other.Change!.Kind.Should().Be(PresenceChangeKind.Join);
        other.Ref.Should().NotBe(join.Ref);
        await ShouldListAsync(Key, "ada", "grace");
    }

    [Fact]
    public async Task A_held_connection_is_taken_over_once_only()
    {
        var join = await A.JoinAsync(Key, "ada", "c1", Ada);
        await A.HoldAsync(Key, "c1");
        (await A.JoinAsync(Key, "ada", "c2", Ada)).Ref.Should().Be(join.Ref);
        var third = await A.JoinAsync(Key, "ada", "c3", Ada);
        third.Ref.Should().NotBe(join.Ref);
        third.Change!.Kind.Should().Be(PresenceChangeKind.Connections);
    }

    [Fact]
    public async Task The_late_end_of_the_old_connection_removes_nothing_after_a_take_over()
    {
        await A.JoinAsync(Key, "ada", "c1", Ada);
        await A.HoldAsync(Key, "c1");
        await B.JoinAsync(Key, "ada", "c2", Ada);
        (await A.LeaveAsync(Key, "c1", PresenceChangeReason.Disconnected)).Outcome.Should().Be(PresenceOutcome.NotFound);
        (await A.HoldAsync(Key, "c1")).Outcome.Should().Be(PresenceOutcome.NotFound);
        await ShouldListAsync(Key, "ada");
    }

    [Fact]
    public async Task After_a_take_over_the_entry_lives_and_leaves_with_its_new_owner()
    {
        var lost = await StartNodeAsync("lost");
        await lost.JoinAsync(Key, "ada", "c1", Ada);
        await lost.HoldAsync(Key, "c1");
        await A.JoinAsync(Key, "ada", "c2", Ada);
        await LoseAsync(lost);
        (await B.SweepAsync()).Should().BeEmpty();
        await ShouldListAsync(Key, "ada");
        (await A.LeaveAsync(Key, "c2")).Change!.Kind.Should().Be(PresenceChangeKind.Leave);
    }

    [Fact]
    public async Task Joining_again_under_its_own_id_ends_the_hold()
    {
        var join = await A.JoinAsync(Key, "ada", "c1", Ada);
        await A.HoldAsync(Key, "c1");
        (await A.JoinAsync(Key, "ada", "c1", Ada)).Outcome.Should().Be(PresenceOutcome.Unchanged);
        var second = await A.JoinAsync(Key, "ada", "c2", Ada);
        second.Ref.Should().NotBe(join.Ref);
        (await A.HoldAsync(Key, "c1")).Held.Should().BeFalse();
    }

    [Fact]
    public async Task Holding_twice_is_holding_once()
    {
        await A.JoinAsync(Key, "ada", "c1", Ada);
        await A.HoldAsync(Key, "c1");
        var again = await A.HoldAsync(Key, "c1");
        again.Held.Should().BeTrue();
        again.Change.Should().BeNull();
        var leave = await A.LeaveAsync(Key, "c1", PresenceChangeReason.Disconnected);
        leave.Change!.Kind.Should().Be(PresenceChangeKind.Leave);
        leave.Change.Reason.Should().Be(PresenceChangeReason.Disconnected);
    }

    [Theory]
    [InlineData("c1", "c2")]
    [InlineData("c2", "c1")]
    public async Task Two_tabs_that_close_in_any_order_make_one_leave(string first, string second)
    {
        await A.JoinAsync(Key, "ada", "c1", Ada);
        await A.JoinAsync(Key, "ada", "c2", Ada);
        PresenceCommit[] commits =
        [
            await A.HoldAsync(Key, first),
            await A.HoldAsync(Key, second),
            await A.LeaveAsync(Key, first, PresenceChangeReason.Disconnected),
            await A.LeaveAsync(Key, second, PresenceChangeReason.Disconnected),
        ];
        commits.Count(commit => commit.Change?.Kind == PresenceChangeKind.Leave).Should().Be(1);
        commits[^1].Change!.Kind.Should().Be(PresenceChangeKind.Leave);
        await ShouldListAsync(Key);
    }

    [Fact]
    public async Task A_hold_of_what_is_not_there_or_anothers_does_nothing()
    {
        await A.JoinAsync(Key, "ada", "c1", Ada);
        await A.JoinAsync(Key, "ada", "c2", Ada);
        foreach (var hold in new[] { await A.HoldAsync(Key, "c3"), await B.HoldAsync(Key, "c1"), await A.HoldAsync(Key + "x", "c1") })
        {
            hold.Outcome.Should().Be(PresenceOutcome.NotFound);
            hold.Held.Should().BeFalse();
        }

        await ShouldShowAsync("ada", presence => presence.Connections.Should().HaveCount(2));
    }

    [Fact]
    public async Task A_dead_nodes_connections_are_no_reason_not_to_hold()
    {
        await StartAndLoseNodeAsync(lost => lost.JoinAsync(Key, "ada", "c1", Ada));
        await A.JoinAsync(Key, "ada", "c2", Ada);
        (await A.HoldAsync(Key, "c2")).Held.Should().BeTrue();
        await ShouldListAsync(Key, "ada");
    }

    private async Task TakeOverSilentlyAsync(ContractNode node)
    {
        var join = await A.JoinAsync(Key, "ada", "c1", Ada);
        var feed = await FollowAsync(B);
        await A.HoldAsync(Key, "c1");
        var again = await node.JoinAsync(Key, "ada", "c2", Ada);
        again.Outcome.Should().Be(PresenceOutcome.Unchanged);
        again.Change.Should().BeNull();
        (again.Ref, again.Version).Should().Be((join.Ref, join.Version));
        await feed.SettleAsync(Key, A, B);
        feed.Changes.Should().BeEmpty();
        await ShouldShowAsync("ada", presence => Describe(presence).Should().Be(Describe(join.Presence!)));
    }
}
