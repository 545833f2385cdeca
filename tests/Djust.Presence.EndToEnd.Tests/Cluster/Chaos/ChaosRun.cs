using System.Diagnostics;
using Djust.Presence.EndToEnd.Tests.Cluster.Hosting;
using Djust.Presence.EndToEnd.Tests.Cluster.Protocol;
using Djust.Presence.EndToEnd.Tests.Hosting;
using Xunit.Abstractions;

namespace Djust.Presence.EndToEnd.Tests.Cluster.Chaos;

/// <summary>One run: nodes that each have a network of their own to Redis, users, faults, and the checks at the end.</summary>
internal sealed class ChaosRun : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly ITestOutputHelper _output;
    private readonly PresenceCluster _cluster;
    private readonly List<FaultProxy> _networks;
    private readonly Random _random;

    private ChaosRun(ITestOutputHelper output, PresenceCluster cluster, List<FaultProxy> networks, ChaosWorld world, Random random) =>
        (_output, _cluster, _networks, World, _random) = (output, cluster, networks, world, random);

    public ChaosWorld World { get; }

    private IEnumerable<ClusterClient> Clients => World.Users.SelectMany(user => user.Tabs).Select(tab => tab.Client);

    public static async Task<ChaosRun> StartAsync(ITestOutputHelper output, int nodes, int seed)
    {
        var settings = new ClusterSettings();
        var cluster = await PresenceCluster.StartAsync(output, nodes: 0);
        var networks = new List<FaultProxy>();
        var world = new List<ChaosNode>();
        for (var i = 0; i < nodes; i++)
        {
            networks.Add(FaultProxy.Start(cluster.Redis.Port));
            world.Add(new ChaosNode($"node{i}", await cluster.AddNodeAsync(networks[i].Endpoint, settings), networks[i]));
        }

        return new ChaosRun(output, cluster, networks, new ChaosWorld(world, settings), new Random(seed));
    }

    /// <summary>Lets users arrive, and waits until everybody knows everybody.</summary>
    public async Task PopulateAsync(int withTwoTabs, params (ChaosTemper Temper, int Count)[] users)
    {
        foreach (var temper in users.SelectMany(some => Enumerable.Repeat(some.Temper, some.Count)))
        {
            World.Users.Add(new ChaosUser(World, World.Users.Count, temper, World.Users.Count < withTwoTabs ? 2 : 1, _random.Next()));
        }

        await Parallel.ForEachAsync(World.Users, async (user, _) => await user.ArriveAsync());
        await Eventually.TrueAsync(async () => (await WrongAsync()).Length == 0, "everybody is there before anything breaks", Deadline);
    }

    public async Task RageAsync(TimeSpan duration)
    {
        using var until = new CancellationTokenSource(duration);
        var faults = new ChaosFaults(World, _cluster.Redis, _random.Next());
        var users = World.Users.Select(user => user.LiveAsync(until.Token));

        // A fault ends before the loop does: when this comes back nothing is broken any more.
        await Task.WhenAll([faults.RunAsync(until.Token), .. users]);
    }

    public Task EndUpAsync(double share)
    {
        World.Note("everybody ends up somewhere");
        var there = World.Users.ToDictionary(user => user, _ => _random.NextDouble() < share);
        return Task.WhenAll(World.Users.Select(user => user.EndUpAsync(there[user])));
    }

    /// <summary>What any node's list or any client's view has that is not the truth, or nothing.</summary>
    public async Task<string> WrongAsync()
    {
        var truth = new Truth(Clients);
        var wrong = new List<string>();
        var listings = new List<PresenceListing>();
        foreach (var node in World.Nodes)
        {
            var listing = await node.Node.ListAsync(ChaosWorld.Document);
            listings.Add(listing);
            Add($"{node.Name}'s list", truth.Against(listing.Presences));
            Add($"{node.Name}'s count", listing.Count == listing.Presences.Count ? string.Empty : $"{listing.Count}");
            Add($"{node.Name}'s list beside {World.Nodes[0].Name}'s", Difference(listings[0], listing));
        }

        foreach (var tab in World.Users.SelectMany(user => user.Tabs).Where(tab => tab.Client.IsConnected))
        {
            Add($"{tab.Client.Name} on {tab.Node?.Name}", truth.Against(tab.Client.Users.Values));
        }

        return string.Join(Environment.NewLine, wrong.Take(20));

        void Add(string where, string what)
        {
            if (what.Length > 0)
            {
                wrong.Add($"{where}: {what}");
            }
        }
    }

    /// <summary>
    /// Waits until all lists and all clients have the truth, and longer than a lease beyond that: a ghost may come late, when a lease runs out.
    /// </summary>
    /// <returns>What is wrong after all, or nothing.</returns>
    public async Task<string> ConvergeAsync()
    {
        var began = Stopwatch.GetTimestamp();
        long? right = null;
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (true)
        {
            var wrong = await WrongAsync();
            if (wrong.Length > 0 && (right is not null || Stopwatch.GetElapsedTime(began) > Deadline))
            {
                return right is null ? wrong : $"After everything was the truth: {wrong}";
            }

            if (wrong.Length == 0 && right is null)
            {
                right = Stopwatch.GetTimestamp();
                _output.WriteLine($"Everything was the truth {Stopwatch.GetElapsedTime(began).TotalSeconds:F2} s after the last user had settled.");
            }

            if (right is { } since && Stopwatch.GetElapsedTime(since) > World.Settings.NodeTimeout + TimeSpan.FromSeconds(2))
            {
                return string.Empty;
            }

            await timer.WaitForNextTickAsync();
        }
    }

    public void WriteCounts(long eventsChecked)
    {
        World.Counts.Add("events checked", eventsChecked);
        World.Counts.Add("arrivals of users", World.Users.Sum(user => user.Arrivals.Count));
        World.Counts.Add("departures of users", World.Users.Sum(user => user.Departures.Count));
        World.Counts.Add("fresh states asked for", Clients.Sum(client => client.Syncs));
        World.Counts.Add("changes of epoch seen", Clients.Sum(client => client.EpochChanges));
        foreach (var kind in Enum.GetValues<EventKind>())
        {
            World.Counts.Add($"{kind} events", Clients.Sum(client => client.Of(kind).Count));
        }

        _output.WriteLine(World.Counts.ToString());
    }

    /// <summary>Everything that is needed to see what went wrong: what happened when, and what is in the store now.</summary>
    public async Task WriteDiaryAsync()
    {
        foreach (var line in World.Diary)
        {
            _output.WriteLine(line);
        }

        await using var keyspace = await RedisKeyspace.ConnectAsync(_cluster.Redis.Endpoint);
        foreach (var text in await keyspace.TextsAsync())
        {
            _output.WriteLine(text.ReplaceLineEndings(" | "));
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var user in World.Users)
        {
            foreach (var tab in user.Tabs)
            {
                await tab.DisposeAsync();
            }
        }

        await _cluster.DisposeAsync();
        foreach (var network in _networks)
        {
            await network.DisposeAsync();
        }
    }

    private static string Difference(PresenceListing one, PresenceListing other)
    {
        var users = other.Presences.ToDictionary(user => user.Id);
        foreach (var user in one.Presences)
        {
            if (users.TryGetValue(user.Id, out var same) && !(user.HasMetaOf(same) && user.HasConnectionsOf(same) && user.JoinedAt == same.JoinedAt))
            {
                return $"{user} is {same}";
            }
        }

        return string.Empty;
    }
}
