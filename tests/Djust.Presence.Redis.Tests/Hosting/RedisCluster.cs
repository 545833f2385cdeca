using System.Globalization;

namespace Djust.Presence.Redis.Tests.Hosting;

/// <summary>Three masters that share the slots, and no replicas.</summary>
internal sealed class RedisCluster : IAsyncDisposable
{
    private const int Masters = 3;

    private const int Slots = 16384;

    private readonly List<RedisServer> _nodes = [];
    private readonly List<int> _busPorts = [];

    private RedisCluster()
    {
    }

    public IReadOnlyList<RedisServer> Nodes => _nodes;

    /// <summary>For StackExchange.Redis' configuration: it wants to be told of more than one.</summary>
    public string Endpoints => string.Join(',', _nodes.Select(node => node.Endpoint));

    public static async Task<RedisCluster> StartAsync()
    {
        var cluster = new RedisCluster();
        try
        {
            for (var node = 0; node < Masters; node++)
            {
                await cluster.AddAsync();
            }

            await cluster.MeetAsync();
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
        {
            await node.DisposeAsync();
        }
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private async Task AddAsync()
    {
        var bus = 0;
        _nodes.Add(await RedisServer.StartAsync(0, () =>
        {
            bus = FreePort.Take();
            return
            [
                "--cluster-enabled", "yes", "--cluster-port", Number(bus), "--cluster-announce-ip", "127.0.0.1",
                "--cluster-node-timeout", "5000",
            ];
        }));
        _busPorts.Add(bus);
    }

    private async Task MeetAsync()
    {
        for (var node = 0; node < Masters; node++)
        {
            await CommandAsync(node, "ADDSLOTSRANGE", Number(Slots * node / Masters), Number((Slots * (node + 1) / Masters) - 1));

            // Nodes of one epoch would first have to agree who is of which.
            await CommandAsync(node, "SET-CONFIG-EPOCH", Number(node + 1));
        }

        for (var node = 1; node < Masters; node++)
        {
            await CommandAsync(0, "MEET", "127.0.0.1", Number(_nodes[node].Port), Number(_busPorts[node]));
        }

        await Eventually.TrueAsync(
            async () =>
            {
                for (var node = 0; node < Masters; node++)
                {
                    if (!await IsCompleteAsync(node))
                    {
                        return false;
                    }
                }

                return true;
            },
            "all nodes of the cluster know each other");
    }

    private async Task<bool> IsCompleteAsync(int node)
    {
        var info = await CommandAsync(node, "INFO");
        var nodes = await CommandAsync(node, "NODES");
        return info.Contains("cluster_state:ok", StringComparison.Ordinal)
            && !nodes.Contains("handshake", StringComparison.Ordinal)
            && !nodes.Contains("disconnected", StringComparison.Ordinal)
            && _nodes.TrueForAll(known => nodes.Contains(known.Endpoint + "@", StringComparison.Ordinal));
    }

    private Task<string> CommandAsync(int node, params string[] command) => RespClient.CommandAsync(_nodes[node].Port, ["CLUSTER", .. command]);
}
