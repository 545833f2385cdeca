using System.Diagnostics;
using Djust.Presence.EndToEnd.Tests.Cluster.Hosting;

namespace Djust.Presence.EndToEnd.Tests.Cluster.Chaos;

/// <summary>A tab of a user: connects again, to any node, when its connection is lost.</summary>
internal sealed class ChaosTab : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(200);

    private readonly ChaosWorld _world;
    private readonly Random _random;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly List<long> _switches = [];
    private readonly List<long> _uncertainSwitches = [];
    private volatile bool _isWanted;

    public ChaosTab(ChaosWorld world, ChaosUser user, ClusterClient client, Random random)
    {
        (_world, User, Client, _random) = (world, user, client, random);
        client.Lost += () =>
        {
            Ended("was lost");
            _ = StayConnectedAsync();
        };
    }

    public ChaosUser User { get; }

    public ClusterClient Client { get; }

    public ChaosNode? Node { get; private set; }

    /// <summary>Whether every other node knows that the user is there because of this tab.</summary>
    public bool IsSolid => Node is { IsCutOff: false } && Client.IsConnected;

    /// <summary>When the node that it follows may have become another one.</summary>
    public IReadOnlyList<long> Switches => _switches;

    /// <summary>Those that came when nodes may have known different things.</summary>
    public IReadOnlyList<long> UncertainSwitches => _uncertainSwitches;

    /// <summary>Connects to any node, as often as it takes.</summary>
    public Task ConnectAsync()
    {
        _isWanted = true;
        return StayConnectedAsync();
    }

    public async Task CloseAsync()
    {
        _isWanted = false;
        await _turn.WaitAsync();
        try
        {
            if (Node is not null)
            {
                Ended("closes");
                await Client.CloseAsync();
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        await Client.DisposeAsync();
        _turn.Dispose();
    }

    private async Task StayConnectedAsync()
    {
        await _turn.WaitAsync();
        try
        {
            while (_isWanted && !Client.IsConnected)
            {
                if (!await TryAsync(_world.Nodes[_random.Next(_world.Nodes.Count)]))
                {
                    await Task.Delay(RetryDelay);
                }
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task<bool> TryAsync(ChaosNode node)
    {
        if (!node.Node.IsRunning)
        {
            return false;
        }

        // Others may hear of it from now on, whatever becomes of the attempt.
        User.TabBegins(this);
        var wasCalm = _world.IsCalm;
        var began = Stopwatch.GetTimestamp();
        _switches.Add(began);
        (Client.Name, Node) = (User.Name, node);
        try
        {
            using var patience = new CancellationTokenSource(Patience);
            await Client.ConnectAsync(node.Node.Url, patience.Token);
            if (!wasCalm || !_world.IsCalm)
            {
                _uncertainSwitches.Add(began);
            }

            _world.Note($"{User} connected to {node.Name}");
            _world.Counts.Add("connections");
            return true;
        }
        catch (Exception error)
        {
            Ended($"failed to connect to {node.Name} ({error.GetType().Name})");
            _world.Counts.Add("failed attempts to connect");
            return false;
        }
    }

    private void Ended(string how)
    {
        _world.Note($"{User} {how}, was on {Node?.Name}");
        Node = null;
        User.TabEnds(this);
    }
}
