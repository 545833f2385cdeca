using Xunit.Abstractions;

namespace Djust.Presence.EndToEnd.Tests.Cluster.Hosting;

/// <summary>A Redis and some nodes on it, all processes of their own.</summary>
internal sealed class PresenceCluster : IAsyncDisposable
{
    /// <summary>Lines of each node's log that a failed test shows.</summary>
    private const int LinesShown = 500;

    private readonly List<ClusterNode> _nodes = [];
    private readonly ITestOutputHelper _output;

    private PresenceCluster(RedisServer redis, ITestOutputHelper output) => (Redis, _output) = (redis, output);

    public RedisServer Redis { get; }

    public IReadOnlyList<ClusterNode> Nodes => _nodes;

    public static async Task<PresenceCluster> StartAsync(ITestOutputHelper output, int nodes, ClusterSettings? settings = null)
    {
        var cluster = new PresenceCluster(await RedisServer.StartAsync(), output);
        try
        {
            for (var i = 0; i < nodes; i++)
            {
                await cluster.AddNodeAsync(cluster.Redis.Endpoint, settings);
            }

            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <param name="redis">Where the node finds Redis: there, or behind a proxy.</param>
    /// <param name="settings">How presence behaves on it.</param>
    public async Task<ClusterNode> AddNodeAsync(string redis, ClusterSettings? settings = null)
    {
        var node = new ClusterNode(redis, settings ?? new ClusterSettings());
        _nodes.Add(node);
        await node.StartAsync();
        return node;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
        {
            await node.DisposeAsync();
            _output.WriteLine($"--- {node.Url}");
            foreach (var line in node.Output.Split(Environment.NewLine).TakeLast(LinesShown))
            {
                _output.WriteLine(line);
            }
        }

        await Redis.DisposeAsync();
    }
}
