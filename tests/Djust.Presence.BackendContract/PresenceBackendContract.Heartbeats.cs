using Djust.Presence.Backends;
using FluentAssertions;
using Xunit;

namespace Djust.Presence.BackendContract;

/// <content>Entries without a connection live on their own heartbeat.</content>
public abstract partial class PresenceBackendContract
{
    [Fact]
    public async Task A_presence_without_a_connection_ends_at_its_timeout_announced_once()
    {
        var join = await A.JoinAloneAsync(Key, "ada", Store.Unit, Ada);
        join.Change!.Kind.Should().Be(PresenceChangeKind.Join);
        await Store.AdvanceAsync(Store.Unit * 2);
        var changes = await B.SweepAsync(full: false);
        var leave = changes.Should().ContainSingle().Subject;
        (leave.Kind, leave.Reason, leave.Version).Should().Be((PresenceChangeKind.Leave, PresenceChangeReason.Expired, join.Version + 1));
        Describe(leave.Presence).Should().Be(Describe(join.Presence!));
        (await A.SweepAsync()).Should().BeEmpty();
        await ShouldListAsync(Key);
    }

    [Fact]
    public async Task What_has_run_out_is_not_listed_even_before_anybody_sweeps()
    {
        await A.JoinAsync(Key, "grace", "c1", Grace);
        await A.JoinAloneAsync(Key, "ada", Forever, Ada);
        await ShouldListAsync(Key, "ada", "grace");
        await A.HeartbeatAsync(Key, "ada", Store.Unit);
        await Store.AdvanceAsync(Store.Unit * 2);
        foreach (var node in new[] { A, B })
        {
            var snapshot = await node.ReadAsync(Key);
            snapshot.Presences.Select(presence => presence.Id).Should().Equal("grace");
            snapshot.Count.Should().Be(1);
        }
    }

    [Fact]
    public async Task A_sweep_before_the_timeout_removes_nothing()
    {
        await A.JoinAloneAsync(Key, "ada", Store.Unit * 20, Ada);
        await Store.AdvanceAsync(Store.Unit);
        (await A.SweepAsync()).Should().BeEmpty();
        (await B.SweepAsync(full: false)).Should().BeEmpty();
        await ShouldListAsync(Key, "ada");
    }

    [Fact]
    public async Task Heartbeats_keep_it_alive_through_any_node_and_are_silent()
    {
        // Three steps are longer than the timeout; a real clock may be late by more than the length of one.
        await A.JoinAloneAsync(Key, "ada", Store.Unit * 18, Ada);
        var feed = await FollowAsync(B);
        foreach (var node in new[] { A, B, A })
        {
            await Store.AdvanceAsync(Store.Unit * 7);
            (await node.HeartbeatAsync(Key, "ada", Store.Unit * 18)).Should().BeTrue();
            (await B.SweepAsync()).Should().BeEmpty();
        }

        await ShouldListAsync(Key, "ada");
        await feed.SettleAsync(Key, A, B);
        feed.Changes.Should().BeEmpty();
    }

    [Fact]
    public async Task A_heartbeat_may_shorten_the_time_too()
    {
        await A.JoinAloneAsync(Key, "ada", Forever, Ada);
        await A.HeartbeatAsync(Key, "ada", Store.Unit);
        await Store.AdvanceAsync(Store.Unit * 2);
        await ShouldListAsync(Key);
        (await B.SweepAsync(full: false)).Should().ContainSingle();
    }

    [Fact]
    public async Task Joining_again_renews_it_like_a_heartbeat()
    {
        await A.JoinAloneAsync(Key, "ada", Store.Unit * 12, Ada);
        (await B.JoinAloneAsync(Key, "ada", Forever, Ada)).Outcome.Should().Be(PresenceOutcome.Unchanged);
        await Store.AdvanceAsync(Store.Unit * 13);
        (await A.SweepAsync()).Should().BeEmpty();
        await ShouldListAsync(Key, "ada");
    }

    [Fact]
    public async Task A_heartbeat_of_one_who_never_came_or_has_left_makes_no_ghost()
    {
        (await A.HeartbeatAsync(Key, "ada", Forever)).Should().BeFalse();
        await A.JoinAloneAsync(Key, "grace", Forever);
        await A.LeaveUserAsync(Key, "grace");
        (await B.HeartbeatAsync(Key, "grace", Forever)).Should().BeFalse();
        await ShouldListAsync(Key);
    }

    [Fact]
    public async Task A_heartbeat_that_comes_too_late_is_refused_swept_or_not()
    {
        await A.JoinAloneAsync(Key, "ada", Store.Unit);
        await Store.AdvanceAsync(Store.Unit * 2);
        (await A.HeartbeatAsync(Key, "ada", Forever)).Should().BeFalse();
        await ShouldListAsync(Key);
        (await A.SweepAsync()).Should().ContainSingle();
        (await A.HeartbeatAsync(Key, "ada", Forever)).Should().BeFalse();
        await ShouldListAsync(Key);
    }

    [Fact]
    public async Task Joining_again_after_the_end_and_before_the_sweep_brings_the_user_back_and_the_sweep_spares_them()
    {
        var first = await A.JoinAloneAsync(Key, "ada", Store.Unit, Ada);
        await Store.AdvanceAsync(Store.Unit * 2);
        await ShouldListAsync(Key);
        var second = await B.JoinAloneAsync(Key, "ada", Forever, Ada);
        await ShouldListAsync(Key, "ada");
        var swept = await A.SweepAsync();

        // One step makes one change: without a leave there is no second join.
        second.Change?.Kind.Should().NotBe(PresenceChangeKind.Join);
        swept.Should().NotContain(change => change.Kind == PresenceChangeKind.Leave);
        first.Change!.Kind.Should().Be(PresenceChangeKind.Join);
        (await A.LeaveUserAsync(Key, "ada")).Change!.Kind.Should().Be(PresenceChangeKind.Leave);
    }

    [Fact]
    public async Task A_user_who_also_has_a_connection_does_not_leave_with_their_heartbeat()
    {
        await A.JoinAsync(Key, "ada", "c1", Ada);
        await A.JoinAloneAsync(Key, "ada", Store.Unit, Ada);
        await Store.AdvanceAsync(Store.Unit * 2);
        await ShouldShowAsync("ada", presence => presence.Connections.Should().ContainSingle());
        (await B.SweepAsync()).Select(change => change.Kind).Should().Equal(PresenceChangeKind.Connections);
        await ShouldListAsync(Key, "ada");
    }

    [Fact]
    public async Task It_needs_no_node_and_outlives_the_node_that_made_it()
    {
        var stranger = ConnectNode("stranger");
        (await stranger.JoinAloneAsync(Key, "ada", Forever)).Outcome.Should().Be(PresenceOutcome.Changed);
        await StartAndLoseNodeAsync(lost => lost.JoinAloneAsync(Key, "grace", Forever));
        (await A.SweepAsync()).Should().BeEmpty();
        await ShouldListAsync(Key, "ada", "grace");
    }
}
