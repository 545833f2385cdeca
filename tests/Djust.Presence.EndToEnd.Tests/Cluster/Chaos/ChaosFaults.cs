namespace Djust.Presence.EndToEnd.Tests.Cluster.Chaos;

/// <summary>What goes wrong: something with one node, and beside it something with the store, each after some quiet. Whatever it is ends before the next.</summary>
internal sealed class ChaosFaults(ChaosWorld world, RedisServer redis, int seed)
{
    private readonly Random _nodes = new(seed);
    private readonly Random _store = new(seed + 1);

    public Task RunAsync(CancellationToken until) => Task.WhenAll(
        LoopAsync(_nodes, NodeFaultAsync, until),
        LoopAsync(_store, StoreFaultAsync, until));

    private static async Task LoopAsync(Random random, Func<Task> fault, CancellationToken until)
    {
        while (true)
        {
            await Task.Delay(random.Next(1_500, 7_000), until).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (until.IsCancellationRequested)
            {
                return;
            }

            await fault();
        }
    }

    private Task NodeFaultAsync()
    {
        var node = world.Nodes[_nodes.Next(world.Nodes.Count)];
        var away = Milliseconds(_nodes, 500, 6_000);
        var (isLong, pause) = Duration(_nodes);
        return _nodes.Next(100) switch
        {
            < 30 => world.FaultAsync("kills of a node", node.Name, () => EndAsync(node, () => KillAsync(node), away), delays: false),
            < 45 => world.FaultAsync("shutdowns of a node", node.Name, () => EndAsync(node, () => StopAsync(node), away), delays: false),
            < 70 => world.FaultAsync(
                $"pauses of a node {Length(isLong)}", node.Name, () => CutOffAsync(node, isLong, node.Node.PauseAsync, pause, node.Node.ResumeAsync)),
            < 85 => world.FaultAsync(
                $"black holes between a node and Redis {Length(isLong)}", node.Name, () => CutOffAsync(node, isLong, Done(() => node.Network.BlackHole(Direction.Both)), pause, Done(node.Network.Heal))),
            _ => world.FaultAsync("cuts between a node and Redis", node.Name, Done(node.Network.CutAll)),
        };
    }

    private Task StoreFaultAsync()
    {
        var (away, pause) = (Milliseconds(_store, 100, 6_000), Milliseconds(_store, 200, 6_000));
        return _store.Next(100) switch
        {
            < 60 => world.FaultAsync("restarts of Redis with nothing in it", string.Empty, async () =>
            {
                await redis.KillAsync();
                await Task.Delay(away);
                await redis.RestartAsync();
                world.MemoryLost();
            }),
            < 85 => world.FaultAsync("pauses of Redis", string.Empty, async () =>
            {
                await redis.PauseAsync();
                await Task.Delay(pause);
                await redis.ResumeAsync();
            }),
            _ => world.FaultAsync("cuts between all nodes and Redis", string.Empty, () =>
            {
                foreach (var node in world.Nodes)
                {
                    node.Network.CutAll();
                }

                return Task.CompletedTask;
            }),
        };
    }

    private Task KillAsync(ChaosNode node)
    {
        world.NodeDied();
        return node.Node.KillAsync();
    }

    private Task StopAsync(ChaosNode node)
    {
        if (world.Faults > 1)
        {
            // There may be nobody to hand over to.
            world.NodeDied();
        }

        return node.Node.StopAsync();
    }

    /// <summary>The tabs of the node notice by themselves, and each counts its own end.</summary>
    private static Task EndAsync(ChaosNode node, Func<Task> end, TimeSpan away) => node.CutOffAsync(async () =>
    {
        await end();
        await Task.Delay(away);
        await node.Node.StartAsync();
    });

    private Task CutOffAsync(ChaosNode node, bool isLong, Func<Task> begin, TimeSpan duration, Func<Task> end) => node.CutOffAsync(async () =>
    {
        // Beside a fault of the store even a short one may be one too many.
        if (isLong || world.Faults > 1)
        {
            world.Excuse(node);
        }

        await begin();
        await Task.Delay(duration);
        await end();
        if (isLong)
        {
            // For those who came while it lasted.
            world.Excuse(node);
        }
    });

    /// <summary>Either far too short for a lease to run out, or longer than a lease.</summary>
    private (bool IsLong, TimeSpan Duration) Duration(Random random) => random.Next(2) == 0
        ? (false, Milliseconds(random, 200, 1_500))
        : (true, world.Settings.NodeTimeout + Milliseconds(random, 500, 4_000));

    private static TimeSpan Milliseconds(Random random, int least, int most) => TimeSpan.FromMilliseconds(random.Next(least, most));

    private static string Length(bool isLong) => isLong ? "longer than a lease" : "within a lease";

    private static Func<Task> Done(Action action) => () =>
    {
        action();
        return Task.CompletedTask;
    };
}
