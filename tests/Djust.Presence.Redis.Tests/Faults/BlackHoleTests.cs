using Xunit;

namespace Djust.Presence.Redis.Tests.Faults;

/// <summary>For ten seconds nothing that is sent arrives, and no connection breaks, in the middle of a thousand changes by three nodes.</summary>
public sealed class BlackHoleTests
{
    private static readonly TimeSpan Hole = TimeSpan.FromSeconds(10);

    /// <summary>Also longer than the leases: a node that is back first must not take the others for dead.</summary>
    [Theory]
    [InlineData(15)]
    [InlineData(4)]
    public async Task Nothing_arrives_for_ten_seconds(int nodeTimeout)
    {
        await using var cluster = await FaultCluster.StartAsync(3, TimeSpan.FromSeconds(nodeTimeout));
        await cluster.EndureAsync(() => SwallowAsync(cluster, Direction.Both, Direction.Both, Direction.Both), over: Hole);
    }

    [Fact]
    public async Task In_one_direction_nothing_arrives_for_ten_seconds()
    {
        await using var cluster = await FaultCluster.StartAsync(3, TimeSpan.FromSeconds(15));
        await cluster.EndureAsync(() => SwallowAsync(cluster, Direction.ToServer, Direction.ToClient, Direction.None), over: Hole);
    }

    private static async Task SwallowAsync(FaultCluster cluster, params Direction[] directions)
    {
        foreach (var (node, direction) in cluster.Nodes.Zip(directions))
        {
            node.Proxy.BlackHole(direction);
        }

        await Task.Delay(Hole);
        foreach (var node in cluster.Nodes)
        {
            node.Proxy.Heal();
        }
    }
}
