using FluentAssertions;
using Xunit;

namespace Djust.Presence.Redis.Tests.Faults;

/// <summary>One node cannot reach Redis, and the others can.</summary>
public sealed class CutOffNodeTests
{
    /// <summary>With a third of it over, what is left still bears some seconds in which nobody is given any time.</summary>
    private static readonly TimeSpan NodeTimeout = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan LongTimeout = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Users_of_a_node_that_is_cut_off_for_longer_than_its_lease_leave_once_and_come_back_once(bool isPaused)
    {
        await using var cluster = await FaultCluster.StartAsync(3, NodeTimeout);
        await cluster.Truth.SettleInAsync(usersOfNode: 5);
        await cluster.ConvergeAsync();
        var cutOff = cluster.Nodes[0];
        string[] users = [.. cutOff.Open.Select(connection => connection.UserId)];

        if (isPaused)
        {
            // What was on its way, and what it sends meanwhile, arrives in the end.
            cutOff.Proxy.BlackHole(Direction.Both);
        }
        else
        {
            cutOff.Isolate();
        }

        foreach (var node in cluster.Nodes.Skip(1))
        {
            await Eventually.TrueAsync(() => users.All(user => node.View.Count(PresenceChangeKind.Leave, user) == 1), $"{node.Id} has seen the users leave");
        }

        (await cutOff.ReadAsync()).Presences.Select(presence => presence.Id).Should().Contain(users, "their own node still serves them");
        cutOff.Proxy.Heal();
        await cluster.ConvergeAsync();

        cluster.Nodes.SelectMany(node => node.Failures).Should().BeEmpty();
        cluster.Nodes.SelectMany(node => node.View.Breaks).Should().BeEmpty();
        foreach (var user in users)
        {
            cluster.Callbacks.Count(PresenceChangeKind.Leave, user).Should().Be(1);
            cluster.Callbacks.Count(PresenceChangeKind.Join, user).Should().Be(2);
            if (!isPaused)
            {
                // One that was paused may hear of their leave before it knows that it has to bring them back.
                cutOff.View.Count(PresenceChangeKind.Leave, user).Should().Be(0, "their own node never lost them");
            }

            cluster.Nodes.Skip(1).Should().OnlyContain(node => node.View.Count(PresenceChangeKind.Leave, user) == 1 && node.View.Count(PresenceChangeKind.Join, user) == 2);
            cutOff.View.Count(PresenceChangeKind.Leave, user).Should().BeLessThan(2);
        }

        foreach (var node in cluster.Nodes)
        {
            node.View.Events.Where(seen => seen.Kind == PresenceChangeKind.Leave && !users.Contains(seen.User)).Should().BeEmpty($"nobody else has left, says {node.Id}");
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_user_who_was_removed_meanwhile_does_not_come_back(bool isLeaseLost)
    {
        await using var cluster = await FaultCluster.StartAsync(2, isLeaseLost ? NodeTimeout : LongTimeout);
        var (a, b) = (cluster.Nodes[0], cluster.Nodes[1]);
        await b.JoinAsync("ada", "one");
        await b.JoinAsync("grace", "one");
        await cluster.ConvergeAsync();

        b.Isolate();
        await a.RemoveAsync("ada");
        (await a.ReadAsync()).Presences.Select(presence => presence.Id).Should().NotContain("ada");
        if (isLeaseLost)
        {
            await Eventually.TrueAsync(() => a.View.Count(PresenceChangeKind.Leave, "grace") == 1, "b was swept");
        }

        // The truth is that she has gone, although her connection is open.
        b.Open.Single(connection => connection.UserId == "ada").IsOpen = false;
        b.Proxy.Heal();
        await cluster.ConvergeAsync();
        await cluster.ShouldStayAsync();

        cluster.ShouldBeValid();
        b.View.Count(PresenceChangeKind.Leave, "ada").Should().Be(1);
        b.View.Count(PresenceChangeKind.Leave, "grace").Should().Be(0);
        a.View.Count(PresenceChangeKind.Join, "ada").Should().Be(1);
        cluster.Callbacks.Count(PresenceChangeKind.Leave, "ada").Should().Be(1);
    }

    /// <summary>Everybody who moves does so through all nodes, and so also through the one that does not come through.</summary>
    [Fact]
    public async Task Changes_on_both_sides_of_the_cut_come_together()
    {
        await using var cluster = await FaultCluster.StartAsync(3, LongTimeout);
        await cluster.Truth.SettleInAsync(usersOfNode: 5);
        await cluster.Truth.ChangeAsync(200);
        cluster.Nodes[0].Isolate();
        await cluster.Truth.ChangeAsync(300);
        cluster.Nodes[0].Proxy.Heal();
        await cluster.Truth.ChangeAsync(200);
        await cluster.Truth.EndHoldsAsync();
        await cluster.ConvergeAsync();
        cluster.ShouldBeValid();
    }
}
