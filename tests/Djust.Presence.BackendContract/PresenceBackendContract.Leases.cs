using Djust.Presence.Backends;
using FluentAssertions;
using Xunit;

namespace Djust.Presence.BackendContract;

/// <content>A node's connections live as long as its lease.</content>
public abstract partial class PresenceBackendContract
{
    [Fact]
    public async Task A_node_without_a_lease_cannot_join_and_makes_nothing()
    {
        var stranger = ConnectNode("stranger");
        var refused = await stranger.JoinAsync(Key, "ada", "c1", Ada);
        refused.Outcome.Should().Be(PresenceOutcome.LeaseLost);
        refused.Change.Should().BeNull();
        await ShouldListAsync(Key);
        await stranger.RenewAsync(Forever);
        (await stranger.JoinAsync(Key, "ada", "c1", Ada)).Outcome.Should().Be(PresenceOutcome.Changed);
    }

    [Fact]
    public async Task A_renewal_in_time_is_of_the_same_lease()
    {
        var node = ConnectNode("node");
        var lease = await node.RenewAsync(Store.Unit * 20);
        await Store.AdvanceAsync(Store.Unit);
        (await node.RenewAsync(Store.Unit * 20)).Generation.Should().Be(lease.Generation);
        (await node.RenewAsync(Forever)).Generation.Should().Be(lease.Generation);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_renewal_that_comes_too_late_is_of_another_lease_swept_or_not(bool swept)
    {
        var generations = new List<long>();
        var node = ConnectNode("node");
        for (var life = 0; life < 3; life++)
        {
            generations.Add((await node.RenewAsync(Forever)).Generation);
            await node.JoinAsync(Key, "ada", "c1");
            await LoseAsync(node);
            if (swept)
            {
                await A.SweepAsync();
            }
        }

        generations.Should().OnlyHaveUniqueItems();
        var now = await node.RenewAsync(Forever);
        (await node.RenewAsync(Forever)).Generation.Should().Be(now.Generation);
    }

    [Fact]
    public async Task A_renewal_after_a_release_is_of_another_lease()
    {
        var before = await B.RenewAsync(Forever);
        await B.ReleaseAsync();
        (await B.RenewAsync(Forever)).Generation.Should().NotBe(before.Generation);
    }

    [Fact]
    public async Task A_dead_nodes_connections_are_not_listed_even_before_anybody_sweeps()
    {
        await A.JoinAsync(Key, "grace", "c1");
        await StartAndLoseNodeAsync(lost => lost.JoinAsync(Key, "ada", "c2"));
        foreach (var node in new[] { A, B })
        {
            var snapshot = await node.ReadAsync(Key);
            snapshot.Presences.Select(presence => presence.Id).Should().Equal("grace");
            snapshot.Count.Should().Be(1);
        }
    }

    [Fact]
    public async Task A_user_with_a_connection_on_another_node_stays()
    {
        var alive = await A.JoinAsync(Key, "ada", "c1", Ada);
        await StartAndLoseNodeAsync(lost => lost.JoinAsync(Key, "ada", "c2", Ada));
        await ShouldShowAsync("ada", presence => presence.Connections.Should().Equal(new PresenceConnection(alive.Ref)));
        (await B.SweepAsync()).Select(change => change.Kind).Should().Equal(PresenceChangeKind.Connections);
        await ShouldListAsync(Key, "ada");
    }

    [Fact]
    public async Task A_user_who_reconnects_elsewhere_before_the_sweep_never_left()
    {
        await StartAndLoseNodeAsync(lost => lost.JoinAsync(Key, "ada", "c1", Ada));
        var back = await A.JoinAsync(Key, "ada", "c2", Ada);
        back.Change!.Kind.Should().Be(PresenceChangeKind.Connections);
        (await B.SweepAsync()).Select(change => change.Kind).Should().Equal(PresenceChangeKind.Connections);
        await ShouldListAsync(Key, "ada");
    }

    [Fact]
    public async Task A_node_that_was_paused_and_not_swept_keeps_its_users()
    {
        var lost = await StartAndLoseNodeAsync(node => node.JoinAsync(Key, "ada", "c1", Ada));
        await lost.RenewAsync(Forever);
        (await lost.JoinAsync(Key, "ada", "c1", Ada)).Change.Should().BeNull();
        (await A.SweepAsync()).Should().BeEmpty();
        await ShouldListAsync(Key, "ada");
    }

    [Fact]
    public async Task A_node_that_was_swept_joins_its_connections_anew_with_other_refs()
    {
        await A.JoinAsync(Key, "anchor", "c0");
        var before = 0;
        var lost = await StartAndLoseNodeAsync(async node => before = (await node.JoinAsync(Key, "ada", "c1", Ada)).Ref);
        await A.SweepAsync();
        await lost.RenewAsync(Forever);
        await ShouldListAsync(Key, "anchor");
        var again = await lost.JoinAsync(Key, "ada", "c1", Ada);
        again.Change!.Kind.Should().Be(PresenceChangeKind.Join);
        again.Ref.Should().NotBe(before);
    }

    [Fact]
    public async Task A_late_write_of_a_swept_node_changes_nothing()
    {
        await A.JoinAsync(Key, "anchor", "c0");
        var lost = await StartAndLoseNodeAsync(node => node.JoinAsync(Key, "ada", "c1", Ada));
        await A.SweepAsync();
        await B.JoinAsync(Key, "ada", "c1", Ada);
        (await lost.UpdateAsync(Key, "c1", Grace)).Outcome.Should().Be(PresenceOutcome.NotFound);
        (await lost.HoldAsync(Key, "c1")).Outcome.Should().Be(PresenceOutcome.NotFound);
        (await lost.LeaveAsync(Key, "c1")).Outcome.Should().Be(PresenceOutcome.NotFound);
        (await lost.JoinAsync(Key, "ada", "c1", Grace)).Outcome.Should().Be(PresenceOutcome.LeaseLost);
        await ShouldShowAsync("ada", presence => presence["name"].Should().Be("Ada"));
    }

    [Fact]
    public async Task A_renewal_tells_when_the_next_lease_of_another_node_runs_out()
    {
        var other = await StartNodeAsync("other");
        await other.RenewAsync(Store.Unit * 20);
        var lease = await A.RenewAsync(Forever);
        lease.NextExpiry.Should().BeGreaterThan(TimeSpan.Zero).And.BeLessThanOrEqualTo(Store.Unit * 20);
    }

    [Fact]
    public async Task A_renewal_tells_when_the_next_heartbeat_runs_out()
    {
        await B.JoinAloneAsync(Key, "ada", Store.Unit * 40);
        await B.JoinAloneAsync(Key, "grace", Store.Unit * 20);
        (await A.RenewAsync(Forever)).NextExpiry.Should().BeGreaterThan(TimeSpan.Zero).And.BeLessThanOrEqualTo(Store.Unit * 20);
        await B.LeaveUserAsync(Key, "grace");

        // A store may keep the earlier moment until it has come; never a later one.
        (await A.RenewAsync(Forever)).NextExpiry.Should().BeGreaterThan(TimeSpan.Zero).And.BeLessThanOrEqualTo(Store.Unit * 40);
    }

    [Fact]
    public async Task What_has_run_out_already_is_due_now()
    {
        await StartAndLoseNodeAsync(lost => lost.JoinAsync(Key, "ada", "c1"));
        (await A.RenewAsync(Forever)).NextExpiry.Should().BeLessThanOrEqualTo(TimeSpan.Zero);
        await A.SweepAsync();
        (await A.RenewAsync(Forever)).NextExpiry.Should().NotBe(TimeSpan.Zero);
    }

    [Fact]
    public async Task Releasing_a_node_removes_its_connections_at_once_and_gives_the_changes()
    {
        await A.JoinAsync(Key, "ada", "c1", Ada);
        await B.JoinAsync(Key, "ada", "c2", Ada);
        await B.JoinAsync(Key, "grace", "c3", Grace);
        await B.JoinAsync(Key, "held", "c4");
        await B.HoldAsync(Key, "c4");
        var feed = await FollowAsync(A);
        var changes = await B.ReleaseAsync();
        changes.Select(change => (change.Presence.Id, change.Kind, change.Reason)).Should().BeEquivalentTo(
        [
            ("ada", PresenceChangeKind.Connections, PresenceChangeReason.NodeLost),
            ("grace", PresenceChangeKind.Leave, PresenceChangeReason.NodeLost),
            ("held", PresenceChangeKind.Leave, PresenceChangeReason.NodeLost),
        ]);
        await ShouldListAsync(Key, "ada");
        await ShouldAgreeAsync(feed);
    }

    [Fact]
    public async Task A_released_node_has_no_lease_and_nothing_left_to_sweep()
    {
        await B.JoinAsync(Key, "ada", "c1");
        await B.ReleaseAsync();
        (await B.JoinAsync(Key, "ada", "c1")).Outcome.Should().Be(PresenceOutcome.LeaseLost);
        (await B.ReleaseAsync()).Should().BeEmpty();
        (await A.SweepAsync()).Should().BeEmpty();
        await ShouldListAsync(Key);
    }
}
