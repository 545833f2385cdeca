using System.Diagnostics;
using Djust.Presence.EndToEnd.Tests.Cluster.Hosting;
using Djust.Presence.EndToEnd.Tests.Hosting;
using FluentAssertions;
using Xunit;
using Xunit.Abstractions;

namespace Djust.Presence.EndToEnd.Tests.Cluster;

public sealed class KeyLifetimeTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Every_key_has_a_time_to_live_and_none_outlives_the_last_leave_by_a_minute()
    {
        await using var cluster = await PresenceCluster.StartAsync(output, nodes: 2);
        await using var keyspace = await RedisKeyspace.ConnectAsync(cluster.Redis.Endpoint);
        await using var plain = new Crowd("42");
        await using var odd = new Crowd("50% {off} * é 👋:[x]");
        foreach (var crowd in new[] { plain, odd })
        {
            await crowd.OpenTabsAsync(cluster.Nodes[1], (await crowd.JoinAsync(cluster.Nodes[0], 10, "User")).Take(5));
            await Crowd.EachAsync(crowd.Clients.Take(5), client => client.RenameAsync(client.Name + " anew"));
            await crowd.LeaveAsync(crowd.Clients.Skip(8).Take(2));
            var truth = new Truth(crowd.Clients);
            await Eventually.TrueAsync(async () => (await truth.AgainstAsync(cluster.Nodes[1], crowd.Document)).Length == 0, "the list is the truth", Deadline);
        }

        (await keyspace.KeysAsync()).Should().NotBeEmpty().And.OnlyContain(key => key.StartsWith("presence:", StringComparison.Ordinal));
        (await keyspace.ImmortalKeysAsync()).Should().BeEmpty();

        await Task.WhenAll(plain.LeaveAsync(plain.Clients), odd.LeaveAsync(odd.Clients));
        foreach (var crowd in new[] { plain, odd })
        {
            await Eventually.TrueAsync(async () => (await cluster.Nodes[0].ListAsync(crowd.Document)).Count == 0, "everybody has left", Deadline);
        }

        var left = Stopwatch.GetTimestamp();
        await Eventually.TrueAsync(async () => (await keyspace.KeysAsync()).Count == 0, "the store is empty", Deadline);
        output.WriteLine($"The store was empty {Stopwatch.GetElapsedTime(left).TotalSeconds:F1} s after the last leave.");

        // An idle node is no dead node.
        await using var again = new Crowd("42");
        await again.JoinAsync(cluster.Nodes[0], "Again");
        (await cluster.Nodes[1].ListAsync("42")).Count.Should().Be(1);
    }
}
