using Djust.Presence.EndToEnd.Tests.Cluster.Hosting;

namespace Djust.Presence.EndToEnd.Tests.Cluster.Chaos;

/// <summary>A node, the network between it and Redis, and what is wrong with either.</summary>
internal sealed class ChaosNode(string name, ClusterNode node, FaultProxy network)
{
    private int _troubles;

    public string Name { get; } = name;

    public ClusterNode Node { get; } = node;

    public FaultProxy Network { get; } = network;

    /// <summary>Whether the node is dead, paused, or away from Redis while the others may not be.</summary>
    public bool IsCutOff => Volatile.Read(ref _troubles) > 0;

    public async Task CutOffAsync(Func<Task> meanwhile)
    {
        Interlocked.Increment(ref _troubles);
        try
        {
            await meanwhile();
        }
        finally
        {
            Interlocked.Decrement(ref _troubles);
        }
    }
}
