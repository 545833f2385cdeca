using System.Diagnostics;
using System.Text.RegularExpressions;
using Djust.Presence.EndToEnd.Tests.Cluster.Hosting;
using Djust.Presence.EndToEnd.Tests.Cluster.Protocol;
using Djust.Presence.EndToEnd.Tests.Hosting;
using FluentAssertions;
using Xunit;
using Xunit.Abstractions;

namespace Djust.Presence.EndToEnd.Tests.Cluster;

public sealed partial class NodeDeathTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Allowance = TimeSpan.FromSeconds(2);

    [Fact]
    public async Task Users_of_a_killed_node_leave_once_unless_they_are_on_another_node_too()
    {
        var settings = new ClusterSettings();
        await using var cluster = await PresenceCluster.StartAsync(output, nodes: 1, settings);
        await using var keyspace = await RedisKeyspace.ConnectAsync(cluster.Redis.Endpoint);
        await using var crowd = new Crowd("kill");
        var doomed = cluster.Nodes[0];
        var users = await crowd.JoinAsync(doomed, 200, "User");
        var doomedId = (await keyspace.TextsAsync()).SelectMany(text => NodeId().Matches(text)).Select(match => match.Value).Distinct().Single();
        var survivors = new[] { await cluster.AddNodeAsync(cluster.Redis.Endpoint, settings), await cluster.AddNodeAsync(cluster.Redis.Endpoint, settings) };
        await crowd.OpenTabsAsync(survivors[0], users.Take(25));
        await crowd.OpenTabsAsync(survivors[1], users.Skip(25).Take(25));
        var observers = new[] { await crowd.JoinAsync(survivors[0], "Observer"), await crowd.JoinAsync(survivors[1], "Observer") };
        var before = new Truth(crowd.Clients);
        await Eventually.TrueAsync(() => observers.All(observer => before.Against(observer.Users.Values).Length == 0), "the observers see everybody", Deadline);

        var killed = Stopwatch.GetTimestamp();
        await doomed.KillAsync();
        var gone = Crowd.Ids(users.Skip(50));
        await observers.SeenAsync(EventKind.Leave, gone);
        await observers.SettleAsync(crowd, survivors[0]);

        foreach (var observer in observers)
        {
            var leaves = observer.Of(EventKind.Leave, Crowd.Ids(users));
            output.WriteLine($"{leaves.Count} leaves, the last one {leaves.LastAfter(killed).TotalSeconds:F2} s after the kill.");
            leaves.Users().Should().BeEquivalentTo(gone);
            leaves.LastAfter(killed).Should().BeLessThanOrEqualTo(settings.NodeTimeout + Allowance);
            observer.Of(EventKind.Join, Crowd.Ids(users)).Should().BeEmpty();
        }

        await Eventually.TrueAsync(() => users.All(user => !user.IsConnected), "the users know that their node is gone");
        var truth = new Truth(crowd.Clients);
        truth.Count.Should().Be(50 + observers.Length);
        foreach (var node in survivors)
        {
            (await truth.AgainstAsync(node, crowd.Document)).Should().BeEmpty();
        }

        await Eventually.TrueAsync(
            async () => !(await keyspace.TextsAsync()).Any(text => text.Contains(doomedId, StringComparison.Ordinal)), "no key is left of the node that died", Deadline);
        crowd.Clients.ShouldBeValid();
    }

    [GeneratedRegex(@"\bn[0-9a-f]{16}\b")]
    private static partial Regex NodeId();
}
