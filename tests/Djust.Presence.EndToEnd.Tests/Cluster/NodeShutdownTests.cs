using System.Diagnostics;
using Djust.Presence.EndToEnd.Tests.Cluster.Hosting;
using Djust.Presence.EndToEnd.Tests.Cluster.Protocol;
using Djust.Presence.EndToEnd.Tests.Hosting;
using FluentAssertions;
using Xunit;
using Xunit.Abstractions;

namespace Djust.Presence.EndToEnd.Tests.Cluster;

public sealed class NodeShutdownTests(ITestOutputHelper output)
{
    /// <summary>Far more than a hand-over takes, and far less than a lease.</summary>
    private static readonly TimeSpan Allowance = TimeSpan.FromSeconds(3);

    [Fact]
    public async Task A_node_that_is_told_to_stop_hands_over_at_once()
    {
        var settings = new ClusterSettings { NodeTimeout = TimeSpan.FromSeconds(60), NodeHeartbeatInterval = TimeSpan.FromSeconds(5) };
        await using var cluster = await PresenceCluster.StartAsync(output, nodes: 2, settings);
        await using var keyspace = await RedisKeyspace.ConnectAsync(cluster.Redis.Endpoint);
        await using var crowd = new Crowd("stop");
        var (stopping, survivor) = (cluster.Nodes[0], cluster.Nodes[1]);
        var observers = await crowd.JoinAsync(survivor, 2, "Observer");
        var users = await crowd.JoinAsync(stopping, 50, "User");
        await crowd.OpenTabsAsync(survivor, users.Take(10));
        var leaving = Crowd.Ids(users.Skip(10));
        await observers.SeenAsync(EventKind.Join, Crowd.Ids(users));

        var told = Stopwatch.GetTimestamp();
        await stopping.StopAsync();
        output.WriteLine($"The process ended {Stopwatch.GetElapsedTime(told).TotalSeconds:F2} s after it was told to.");
        await observers.SeenAsync(EventKind.Leave, leaving);
        await observers.SettleAsync(crowd, survivor);

        foreach (var observer in observers)
        {
            var leaves = observer.Of(EventKind.Leave, Crowd.Ids(users));
            output.WriteLine($"Last leave {leaves.LastAfter(told).TotalSeconds:F2} s after the node was told to stop.");
            leaves.Users().Should().BeEquivalentTo(leaving);
            leaves.LastAfter(told).Should().BeLessThanOrEqualTo(settings.LeaveGracePeriod + Allowance);
        }

        await Eventually.TrueAsync(() => users.All(user => !user.IsConnected), "the users know that their node is gone");
        (await new Truth(crowd.Clients).AgainstAsync(survivor, crowd.Document)).Should().BeEmpty();
        (await keyspace.KeysAsync()).Where(key => key.StartsWith("presence:node:", StringComparison.Ordinal)).Should().ContainSingle("only the survivor has groups");
        crowd.Clients.ShouldBeValid();
    }
}
