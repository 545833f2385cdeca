using FluentAssertions;
using Xunit;

namespace Djust.Presence.Redis.Tests.Faults;

/// <summary>Redis comes back empty, and not all nodes at once, or not all at all.</summary>
public sealed class LostMemoryTests
{
    private static readonly TimeSpan NodeTimeout = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task The_node_that_is_back_first_does_not_take_the_others_users_for_gone()
    {
        await using var cluster = await FaultCluster.StartAsync(2, TimeSpan.FromSeconds(30));
        var (a, b) = (cluster.Nodes[0], cluster.Nodes[1]);
        await cluster.Truth.SettleInAsync(usersOfNode: 5);
        await cluster.ConvergeAsync();

        b.Isolate();
        await cluster.Server.KillAsync();
        await cluster.Server.RestartAsync();
        await Eventually.TrueAsync(() => a.Backend.Health.Trouble is null, "a has told what it holds");
        (await a.ReadAsync()).Count.Should().Be(10);
        var joined = await a.JoinAsync("ada", "one");
        b.View.Count(PresenceChangeKind.Join, "ada").Should().Be(0);

        b.Proxy.Heal();
        await cluster.ConvergeAsync();
        await a.LeaveAsync(joined);
        await cluster.ConvergeAsync();
        cluster.ShouldBeValid();
        b.View.Count(PresenceChangeKind.Leave, "ada").Should().Be(1);
    }

    [Fact]
    public async Task Users_of_a_node_that_died_with_the_memory_leave_once()
    {
        await using var cluster = await FaultCluster.StartAsync(3, NodeTimeout);
        var dead = cluster.Nodes[2];
        await cluster.Truth.SettleInAsync(usersOfNode: 5);

        // One of them is at a survivor, too.
        await cluster.Nodes[0].JoinAsync("stays-c-0", "elsewhere");
        await cluster.ConvergeAsync();

        await dead.DieAsync();
        await cluster.Server.KillAsync();
        await cluster.Server.RestartAsync();
        await cluster.ConvergeAsync();
        await cluster.ShouldStayAsync();

        cluster.Nodes.SelectMany(node => node.Failures).Should().BeEmpty();
        foreach (var node in cluster.Nodes.Take(2))
        {
            node.View.Breaks.Should().BeEmpty();
            node.View.Events.Where(seen => seen.Kind == PresenceChangeKind.Leave).Select(seen => seen.User)
                .Should().BeEquivalentTo(["stays-c-1", "stays-c-2", "stays-c-3", "stays-c-4"]);
        }

        foreach (var user in cluster.Truth.Staying)
        {
            cluster.Callbacks.Count(PresenceChangeKind.Join, user).Should().Be(1);
        }
    }

    /// <summary>The memory is lost a second time before all nodes are back from the first.</summary>
    [Fact]
    public async Task Memory_that_is_lost_twice_costs_nobody_anything()
    {
        await using var cluster = await FaultCluster.StartAsync(3, TimeSpan.FromSeconds(30));
        await cluster.Truth.SettleInAsync(usersOfNode: 5);
        await cluster.ConvergeAsync();

        cluster.Nodes[2].Isolate();
        await cluster.CommandAsync("FLUSHALL");
        await cluster.Truth.ChangeAsync(60);
        await cluster.CommandAsync("FLUSHALL");
        await cluster.Truth.ChangeAsync(60);
        cluster.Nodes[2].Proxy.Heal();
        await cluster.Truth.ChangeAsync(60);
        await cluster.Truth.EndHoldsAsync();
        await cluster.ConvergeAsync();
        cluster.ShouldBeValid();
    }
}
