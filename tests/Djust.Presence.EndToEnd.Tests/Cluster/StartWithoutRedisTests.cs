using Djust.Presence.EndToEnd.Tests.Cluster.Hosting;
using FluentAssertions;
using Xunit;
using Xunit.Abstractions;

namespace Djust.Presence.EndToEnd.Tests.Cluster;

public sealed class StartWithoutRedisTests(ITestOutputHelper output)
{
    private const string Secret = "geheim";

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_node_starts_without_Redis_and_is_whole_when_Redis_appears()
    {
        var port = FreePort.Take();
        var endpoint = $"127.0.0.1:{port}";
        await using var first = new ClusterNode($"{endpoint},password={Secret}", new ClusterSettings());
        await using var second = new ClusterNode($"{endpoint},password={Secret}", new ClusterSettings());
        await Task.WhenAll(first.StartAsync(), second.StartAsync());
        await using var crowd = new Crowd("late");

        (await first.HealthAsync()).Should().Be("Degraded");
        await SaysAsync(first, endpoint);
        await crowd.JoinAsync(first, 3, "Early");
        (await new Truth(crowd.Clients).AgainstAsync(first, crowd.Document)).Should().BeEmpty("what happens on a node is listed there, also without Redis");

        await using var redis = await RedisServer.StartAsync(port, "--requirepass", Secret);
        await Task.WhenAll(first.IsAsync("Healthy", Deadline), second.IsAsync("Healthy", Deadline));
        await crowd.JoinAsync(second, 3, "Late");
        var truth = new Truth(crowd.Clients);
        foreach (var node in new[] { first, second })
        {
            await Eventually.TrueAsync(async () => (await truth.AgainstAsync(node, crowd.Document)).Length == 0, "each node lists those of both", Deadline);
        }

        await Eventually.TrueAsync(() => crowd.Clients.All(client => truth.Against(client.Users.Values).Length == 0), "every client sees those of both", Deadline);
        crowd.Clients.ShouldBeValid();
        output.WriteLine(first.Output);
        (first.Output + second.Output).Should().NotContain(Secret);
    }

    [Fact]
    public async Task A_wrong_password_is_said_and_is_not_repeated()
    {
        await using var redis = await RedisServer.StartAsync(port: 0, "--requirepass", "another");
        await using var node = new ClusterNode($"{redis.Endpoint},password={Secret}", new ClusterSettings());
        await node.StartAsync();
        await using var crowd = new Crowd("wrong");

        (await node.HealthAsync()).Should().Be("Degraded");
        await SaysAsync(node, redis.Endpoint);
        await SaysAsync(node, "password");
        await crowd.JoinAsync(node, 3, "User");
        (await new Truth(crowd.Clients).AgainstAsync(node, crowd.Document)).Should().BeEmpty();

        await node.IsAsync("Degraded", Deadline);
        output.WriteLine(node.Output);
        crowd.Clients.ShouldBeValid();
        node.Output.Should().NotContain(Secret);
    }

    private async Task SaysAsync(ClusterNode node, string text)
    {
        try
        {
            await Eventually.TrueAsync(() => node.Output.Contains(text, StringComparison.Ordinal), $"the log says {text}", Deadline);
        }
        catch (TimeoutException)
        {
            output.WriteLine(node.Output);
            throw;
        }
    }
}
