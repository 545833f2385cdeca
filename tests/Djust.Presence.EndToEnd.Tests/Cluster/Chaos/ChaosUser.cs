using System.Collections.Concurrent;
using System.Diagnostics;
using Djust.Presence.EndToEnd.Tests.Cluster.Hosting;

namespace Djust.Presence.EndToEnd.Tests.Cluster.Chaos;

/// <summary>
/// A user with a tab or two who comes, goes, moves and takes other names, and a record of when others may have been told so: no join without an
/// arrival, no leave without a departure.
/// </summary>
internal sealed class ChaosUser
{
    /// <summary>So long that each arrival is told before the next departure, whatever is broken.</summary>
    private const int SleepMilliseconds = 12_000;

    private readonly ChaosWorld _world;
    private readonly int _number;
    private readonly Random _random;
    private readonly ConcurrentQueue<long> _arrivals = new();
    private readonly ConcurrentQueue<long> _departures = new();
    private readonly ConcurrentQueue<long> _ends = new();
    private int _renames;

    /// <param name="world">Where the user lives.</param>
    /// <param name="number">Which one.</param>
    /// <param name="temper">How the user lives.</param>
    /// <param name="tabs">How many tabs.</param>
    /// <param name="seed">Of what the user does.</param>
    public ChaosUser(ChaosWorld world, int number, ChaosTemper temper, int tabs, int seed)
    {
        (_world, _number, Temper, _random) = (world, number, temper, new Random(seed));
        var first = new ClusterClient(ChaosWorld.Document, Name);
        var clients = Enumerable.Range(0, tabs).Select(tab => tab == 0 ? first : new ClusterClient(ChaosWorld.Document, Name, first.Visitor));
        Tabs = [.. clients.Select(client => new ChaosTab(world, this, client, new Random(_random.Next())))];
    }

    public ChaosTemper Temper { get; }

    public IReadOnlyList<ChaosTab> Tabs { get; }

    public string Id => Tabs[0].Client.UserId;

    public string Name => $"U{_number}-{Volatile.Read(ref _renames)}";

    /// <summary>When the user may have been there again.</summary>
    public IReadOnlyList<long> Arrivals => [.. _arrivals];

    /// <summary>When the user may have been there no longer.</summary>
    public IReadOnlyList<long> Departures => [.. _departures];

    /// <summary>When a tab of the user ended, whether or not others held the user.</summary>
    public IReadOnlyList<long> Ends => [.. _ends];

    /// <summary>Which name of the user is older.</summary>
    public static int Revision(string name) => int.Parse(name[(name.IndexOf('-', StringComparison.Ordinal) + 1)..], null);

    public bool IsOn(ChaosNode node) => Tabs.Any(tab => tab.Node == node);

    public void MayJoin() => _arrivals.Enqueue(Stopwatch.GetTimestamp());

    public void MayLeave() => _departures.Enqueue(Stopwatch.GetTimestamp());

    public void TabBegins(ChaosTab tab)
    {
        if (!IsHeldBesides(tab))
        {
            MayJoin();
        }
    }

    public void TabEnds(ChaosTab tab)
    {
        _ends.Enqueue(Stopwatch.GetTimestamp());
        if (!IsHeldBesides(tab))
        {
            MayLeave();
        }
    }

    /// <summary>The first tab first: it gets the cookie that the others then bring.</summary>
    public async Task ArriveAsync()
    {
        foreach (var tab in Tabs)
        {
            await tab.ConnectAsync();
        }
    }

    /// <summary>Does something now and then, until it is told to stop.</summary>
    public async Task LiveAsync(CancellationToken until)
    {
        while (await PauseAsync(Temper == ChaosTemper.Sleepy ? (SleepMilliseconds, 2 * SleepMilliseconds) : (200, 2_500), until))
        {
            var tab = Tabs[_random.Next(Tabs.Count)];
            switch (Temper, _random.Next(100))
            {
                case (ChaosTemper.Steady, _):
                case (ChaosTemper.Restless, < 40):
                    await RenameAsync(tab);
                    break;
                case (ChaosTemper.Restless, < 70):
                    _world.Counts.Add("moves");
                    await tab.CloseAsync();
                    await tab.ConnectAsync();
                    break;
                case (ChaosTemper.Restless, _):
                    _world.Counts.Add("short absences");
                    await tab.CloseAsync();
                    await PauseAsync((0, 5_000), until);
                    await tab.ConnectAsync();
                    break;
                default:
                    _world.Counts.Add("long absences");
                    await EndUpAsync(there: false);
                    await PauseAsync((SleepMilliseconds, 2 * SleepMilliseconds), until);
                    await ArriveAsync();
                    break;
            }
        }
    }

    /// <summary>Ends up there or not there.</summary>
    public Task EndUpAsync(bool there) => there ? ArriveAsync() : Task.WhenAll(Tabs.Select(tab => tab.CloseAsync()));

    public override string ToString() => $"U{_number}";

    private async Task RenameAsync(ChaosTab tab)
    {
        if (!tab.Client.IsConnected)
        {
            return;
        }

        Interlocked.Increment(ref _renames);
        _world.Note($"{this} calls itself {Name} on {tab.Node?.Name}");
        _world.Counts.Add(await tab.Client.RenameAsync(Name) ? "renames" : "renames that the end of a connection cut short");
    }

    private bool IsHeldBesides(ChaosTab tab) => _world.IsCalm && Tabs.Any(other => other != tab && other.IsSolid);

    private async Task<bool> PauseAsync((int Least, int Most) milliseconds, CancellationToken until)
    {
        await Task.Delay(_random.Next(milliseconds.Least, milliseconds.Most), until).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return !until.IsCancellationRequested;
    }
}
