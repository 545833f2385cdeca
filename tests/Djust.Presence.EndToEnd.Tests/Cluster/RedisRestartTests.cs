using System.Diagnostics;
using Djust.Presence.EndToEnd.Tests.Cluster.Hosting;
using Djust.Presence.EndToEnd.Tests.Cluster.Protocol;
using FluentAssertions;
using Xunit;
using Xunit.Abstractions;

namespace Djust.Presence.EndToEnd.Tests.Cluster;

public sealed class RedisRestartTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Convergence = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task A_Redis_that_lost_everything_under_300_users_costs_nobody_an_event()
    {
        await using var cluster = await PresenceCluster.StartAsync(output, nodes: 2);
        await using var crowd = new Crowd("restart");
        var users = new[] { await crowd.JoinAsync(cluster.Nodes[0], 150, "Left"), await crowd.JoinAsync(cluster.Nodes[1], 150, "Right") };
        var leaving = users.SelectMany(some => some.Take(10)).ToList();
        var staying = users.SelectMany(some => some.Skip(10)).ToList();
        await EverybodySeesAsync(crowd, staying);
        var before = staying.ToDictionary(client => client, client => client.Events.Count);

        await cluster.Redis.KillAsync();
        await Task.WhenAll(cluster.Nodes.Select(node => node.IsAsync("Degraded", Deadline)));
        List<ClusterClient> joining = [.. await crowd.JoinAsync(cluster.Nodes[0], 10, "Late left"), .. await crowd.JoinAsync(cluster.Nodes[1], 10, "Late right")];
        await crowd.LeaveAsync(leaving);
        var renamed = users.SelectMany(some => some.Skip(10).Take(5)).ToList();
        await Crowd.EachAsync(renamed, async client => (await client.RenameAsync(client.Name + " anew")).Should().BeTrue());
        await Crowd.EachAsync(staying, async client => (await client.HeartbeatAsync()).Should().BeTrue());
        await users[0].Skip(100).ToList().SeenAsync(EventKind.Join, Crowd.Ids(joining.Take(10)));
        await users[0].Skip(100).ToList().SeenAsync(EventKind.Leave, Crowd.Ids(leaving.Take(10)));
        await Task.WhenAll(cluster.Nodes.Select(node => node.IsAsync("Degraded", Deadline)));

        await cluster.Redis.RestartAsync();
        var back = Stopwatch.GetTimestamp();
        var truth = new Truth(crowd.Clients);
        var wrong = string.Empty;
        await Eventually.TrueAsync(async () => (wrong = Noted(await WrongAsync(cluster, crowd, truth), wrong, back)).Length == 0, "both nodes list the truth", Deadline);
        var converged = Stopwatch.GetElapsedTime(back);
        output.WriteLine($"Both lists were the truth {converged.TotalSeconds:F2} s after Redis was back.");
        await EverybodySeesAsync(crowd, staying);
        await Task.WhenAll(cluster.Nodes.Select(node => node.IsAsync("Healthy", Deadline)));
        await staying.SettleAsync(crowd, cluster.Nodes[1]);

        converged.Should().BeLessThanOrEqualTo(Convergence);
        (await WrongAsync(cluster, crowd, truth)).Should().BeEmpty();
        var (joined, left, changed) = (Crowd.Ids(joining), Crowd.Ids(leaving), Crowd.Ids(renamed));
        foreach (var client in staying)
        {
            var events = client.Events.Skip(before[client]).Where(happened => happened.Name != "Marker").ToLookup(happened => happened.Kind, happened => happened.UserId);
            events[EventKind.Join].Should().BeEquivalentTo(joined);
            events[EventKind.Leave].Should().BeEquivalentTo(left);
            events[EventKind.Update].Should().BeEquivalentTo(changed);
        }

        staying.Concat(joining).ShouldBeValid();
        output.WriteLine($"{staying.Sum(client => client.Syncs)} syncs, {staying.Sum(client => client.EpochChanges)} epoch changes at {staying.Count} clients.");
    }

    /// <summary>Writes what is wrong whenever that changes: it says what took how long.</summary>
    private string Noted(string wrong, string before, long since)
    {
        if (wrong != before)
        {
            output.WriteLine($"{Stopwatch.GetElapsedTime(since).TotalSeconds:F2} s: {wrong}");
        }

        return wrong;
    }

    private static async Task EverybodySeesAsync(Crowd crowd, IReadOnlyList<ClusterClient> observers)
    {
        var truth = new Truth(crowd.Clients);
        await Eventually.TrueAsync(() => observers.All(observer => truth.Against(observer.Users.Values).Length == 0), "every client sees the truth", Deadline);
    }

    private static async Task<string> WrongAsync(PresenceCluster cluster, Crowd crowd, Truth truth) =>
        string.Concat(await Task.WhenAll(cluster.Nodes.Select(node => truth.AgainstAsync(node, crowd.Document))));
}
