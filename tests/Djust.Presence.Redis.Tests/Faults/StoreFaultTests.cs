using Xunit;

namespace Djust.Presence.Redis.Tests.Faults;

/// <summary>Something happens to Redis, or to all connections with it, in the middle of a thousand changes by three nodes.</summary>
public sealed class StoreFaultTests
{
    private static readonly TimeSpan NodeTimeout = TimeSpan.FromSeconds(15);

    [Fact]
    public async Task All_connections_are_killed()
    {
        await using var cluster = await FaultCluster.StartAsync(3, NodeTimeout);
        await cluster.EndureAsync(
            async () =>
            {
                await cluster.CommandAsync("CLIENT", "KILL", "TYPE", "normal");
                await cluster.CommandAsync("CLIENT", "KILL", "TYPE", "pubsub");
            },
            over: TimeSpan.FromMilliseconds(500));
    }

    [Fact]
    public async Task The_feeds_connections_are_killed_and_no_others()
    {
        await using var cluster = await FaultCluster.StartAsync(3, NodeTimeout);
        await cluster.EndureAsync(() => cluster.CommandAsync("CLIENT", "KILL", "TYPE", "pubsub"), over: TimeSpan.FromMilliseconds(500));
    }

    [Fact]
    public async Task All_scripts_are_forgotten()
    {
        await using var cluster = await FaultCluster.StartAsync(3, NodeTimeout);
        await cluster.EndureAsync(() => cluster.CommandAsync("SCRIPT", "FLUSH"));
    }

    [Fact]
    public async Task All_keys_are_deleted()
    {
        await using var cluster = await FaultCluster.StartAsync(3, NodeTimeout);
        await cluster.EndureAsync(() => cluster.CommandAsync("FLUSHALL"), over: TimeSpan.FromMilliseconds(500));
    }

    [Fact]
    public async Task Redis_is_killed_and_comes_back_empty()
    {
        await using var cluster = await FaultCluster.StartAsync(3, NodeTimeout);
        await cluster.EndureAsync(
            async () =>
            {
                await cluster.Server.KillAsync();
                await Task.Delay(TimeSpan.FromSeconds(1));
                await cluster.Server.RestartAsync();
            },
            over: TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task One_nodes_connections_are_reset()
    {
        await using var cluster = await FaultCluster.StartAsync(3, NodeTimeout);
        await cluster.EndureAsync(
            () =>
            {
                cluster.Nodes[0].Proxy.CutAll();
                return Task.CompletedTask;
            },
            over: TimeSpan.FromMilliseconds(500));
    }

    [Fact]
    public async Task Every_answer_is_late_by_200_ms()
    {
        await using var cluster = await FaultCluster.StartAsync(3, NodeTimeout);
        await cluster.EndureAsync(
            async () =>
            {
                foreach (var node in cluster.Nodes)
                {
                    node.Proxy.Delay(TimeSpan.FromMilliseconds(200));
                }

                await Task.Delay(TimeSpan.FromSeconds(2));
                foreach (var node in cluster.Nodes)
                {
                    node.Proxy.Heal();
                }
            },
            during: 60);
    }
}
