using FluentAssertions;
using Xunit;

namespace Djust.Presence.Redis.Tests.Faults;

/// <summary>Redis carries a request out, and the node never hears of it.</summary>
public sealed class LostAnswerTests
{
    private static readonly TimeSpan NodeTimeout = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task A_join_is_called_back_once_and_makes_no_ghost()
    {
        await using var cluster = await FaultCluster.StartAsync(2, NodeTimeout, RequestTimeout);
        var (a, b) = (cluster.Nodes[0], cluster.Nodes[1]);

        await LoseAnswerAsync(cluster, () => a.JoinAsync("ada", "one"), () => b.View.Count(PresenceChangeKind.Join, "ada") == 1);
        await cluster.ConvergeAsync();
        cluster.Callbacks.Count(PresenceChangeKind.Join, "ada").Should().Be(1);

        await a.LeaveAsync(a.Open.Single());
        await cluster.ConvergeAsync();
        cluster.ShouldBeValid();
        b.View.Count(PresenceChangeKind.Leave, "ada").Should().Be(1);
    }

    [Fact]
    public async Task A_leave_is_called_back_once_and_leaves_no_ghost()
    {
        await using var cluster = await FaultCluster.StartAsync(2, NodeTimeout, RequestTimeout);
        var (a, b) = (cluster.Nodes[0], cluster.Nodes[1]);
        var connection = await a.JoinAsync("ada", "one");
        await cluster.ConvergeAsync();

        await LoseAnswerAsync(cluster, () => a.LeaveAsync(connection), () => b.View.Count(PresenceChangeKind.Leave, "ada") == 1);
        await cluster.ConvergeAsync();
        cluster.ShouldBeValid();
        cluster.Callbacks.Count(PresenceChangeKind.Leave, "ada").Should().Be(1);
    }

    /// <summary>The connection ends before the node knows that it was ever there.</summary>
    [Fact]
    public async Task A_join_whose_connection_has_ended_meanwhile_is_taken_back()
    {
        await using var cluster = await FaultCluster.StartAsync(2, NodeTimeout, RequestTimeout);
        var (a, b) = (cluster.Nodes[0], cluster.Nodes[1]);

        await LoseAnswerAsync(
            cluster,
            async () =>
            {
                // The join comes back when the answer has not come in time; the leave is then carried out here.
                var connection = await a.JoinAsync("ada", "one");
                await a.LeaveAsync(connection);
            },
            () => b.View.Count(PresenceChangeKind.Join, "ada") == 1);
        await cluster.ConvergeAsync();
        cluster.ShouldBeValid();
        b.View.Count(PresenceChangeKind.Leave, "ada").Should().Be(1);
    }

    [Fact]
    public async Task An_update_and_the_end_of_one_of_two_tabs_are_no_ghosts()
    {
        await using var cluster = await FaultCluster.StartAsync(2, NodeTimeout, RequestTimeout);
        var (a, b) = (cluster.Nodes[0], cluster.Nodes[1]);
        var first = await a.JoinAsync("ada", "one");
        var second = await a.JoinAsync("ada", "two");
        await cluster.ConvergeAsync();

        await LoseAnswerAsync(cluster, () => a.UpdateAsync(second, "three"), () => b.View.Count(PresenceChangeKind.Update, "ada") == 2);
        await cluster.ConvergeAsync();
        await LoseAnswerAsync(cluster, () => a.LeaveAsync(first), () => b.View.State!.Presences[0].Connections.Length == 1);
        await cluster.ConvergeAsync();
        cluster.ShouldBeValid();
        cluster.Callbacks.Count(PresenceChangeKind.Leave, "ada").Should().Be(0);
        cluster.Callbacks.Count(PresenceChangeKind.Update, "ada").Should().Be(2);
    }

    /// <summary>From before the request until after it was carried out nothing comes back to the first node.</summary>
    private static async Task LoseAnswerAsync(FaultCluster cluster, Func<Task> request, Func<bool> isCarriedOut)
    {
        var proxy = cluster.Nodes[0].Proxy;
        proxy.BlackHole(Direction.ToClient, drop: true);
        var requested = request();
        await Eventually.TrueAsync(isCarriedOut, "the other node sees the request carried out");
        await requested;
        proxy.CutAll();
        proxy.Heal();
    }
}
