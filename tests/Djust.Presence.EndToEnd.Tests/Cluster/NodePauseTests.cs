using System.Diagnostics;
using Djust.Presence.EndToEnd.Tests.Cluster.Hosting;
using Djust.Presence.EndToEnd.Tests.Cluster.Protocol;
using FluentAssertions;
using Xunit;
using Xunit.Abstractions;

namespace Djust.Presence.EndToEnd.Tests.Cluster;

public sealed class NodePauseTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Allowance = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan SlowestList = TimeSpan.FromMilliseconds(50);

    [Fact]
    public async Task Users_of_a_node_that_was_paused_leave_once_and_come_back_once()
    {
        var settings = new ClusterSettings();
        await using var cluster = await PresenceCluster.StartAsync(output, nodes: 3, settings);
        await using var crowd = new Crowd("pause");
        var (paused, others) = (cluster.Nodes[0], cluster.Nodes.Skip(1).ToList());
        var users = await crowd.JoinAsync(paused, 40, "User");
        var observers = new[] { await crowd.JoinAsync(others[0], 5, "Observer"), await crowd.JoinAsync(others[1], 5, "Observer") }.SelectMany(some => some).ToList();
        var everybody = new Truth(crowd.Clients);
        await Eventually.TrueAsync(() => crowd.Clients.All(client => everybody.Against(client.Users.Values).Length == 0), "every client sees everybody", Deadline);
        var probes = others.ConvertAll(node => new ListProbe(node, crowd.Document));

        var stopped = Stopwatch.GetTimestamp();
        await paused.PauseAsync();
        await observers.SeenAsync(EventKind.Leave, Crowd.Ids(users));
        await Eventually.TrueAsync(() => Stopwatch.GetElapsedTime(stopped) >= 2 * settings.NodeTimeout, "the pause is as long as it is meant to be", Deadline);
        await paused.ResumeAsync();
        var resumed = Stopwatch.GetTimestamp();
        await observers.SeenAsync(EventKind.Join, Crowd.Ids(users));
        await Eventually.TrueAsync(async () => (await WrongAsync(cluster, crowd, everybody)).Length == 0, "all nodes list everybody", Deadline);
        await Eventually.TrueAsync(() => crowd.Clients.All(client => everybody.Against(client.Users.Values).Length == 0), "every client sees everybody again", Deadline);
        foreach (var probe in probes)
        {
            await probe.DisposeAsync();
            output.WriteLine(probe.ToString());
        }

        await crowd.Clients.ToList().SettleAsync(crowd, paused);
        foreach (var observer in observers)
        {
            var (leaves, joins) = (observer.Of(EventKind.Leave, Crowd.Ids(users)), observer.Of(EventKind.Join, Crowd.Ids(users)));
            output.WriteLine($"Last leave {leaves.LastAfter(stopped).TotalSeconds:F2} s after the pause began, last return {joins.LastAfter(resumed).TotalSeconds:F2} s after it ended.");
            leaves.Users().Should().BeEquivalentTo(Crowd.Ids(users));
            leaves.LastAfter(stopped).Should().BeLessThanOrEqualTo(settings.NodeTimeout + Allowance);
            joins.Where(join => join.At > stopped).Users().Should().BeEquivalentTo(Crowd.Ids(users));
        }

        foreach (var user in users)
        {
            user.Of(EventKind.Leave, Crowd.Ids(users)).Users().Should().OnlyHaveUniqueItems("their own node may tell them what the others saw, but not more");
        }

        crowd.Clients.ShouldBeValid();
        probes.Should().OnlyContain(probe => probe.At(0.95) < SlowestList);
    }

    private static async Task<string> WrongAsync(PresenceCluster cluster, Crowd crowd, Truth truth) =>
        string.Concat(await Task.WhenAll(cluster.Nodes.Select(node => truth.AgainstAsync(node, crowd.Document))));
}
