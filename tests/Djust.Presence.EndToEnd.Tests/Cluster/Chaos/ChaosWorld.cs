using System.Collections.Concurrent;
using System.Diagnostics;
using Djust.Presence.EndToEnd.Tests.Cluster.Hosting;

namespace Djust.Presence.EndToEnd.Tests.Cluster.Chaos;

/// <summary>Where everything happens: the nodes, what is wrong at the moment, and a diary for when the outcome is wrong.</summary>
internal sealed class ChaosWorld(IReadOnlyList<ChaosNode> nodes, ClusterSettings settings)
{
    /// <summary>How long after a fault different nodes may still believe different things.</summary>
    private static readonly TimeSpan Aftermath = TimeSpan.FromSeconds(6);

    private readonly long _began = Stopwatch.GetTimestamp();
    private readonly ConcurrentQueue<string> _diary = new();
    private readonly Lock _lock = new();
    private int _faults;
    private long _lastFault = long.MinValue;

    public const string Document = "chaos";

    public IReadOnlyList<ChaosNode> Nodes { get; } = nodes;

    public ClusterSettings Settings { get; } = settings;

    public List<ChaosUser> Users { get; } = [];

    public ChaosCounts Counts { get; } = new();

    public IEnumerable<string> Diary => _diary;

    /// <summary>Whether all nodes know the same, give or take a message: only then is it certain what a node knows of what happens on another.</summary>
    public bool IsCalm
    {
        get
        {
            lock (_lock)
            {
                return _faults == 0 && (_lastFault == long.MinValue || Stopwatch.GetElapsedTime(_lastFault) > Aftermath);
            }
        }
    }

    /// <summary>How many things are wrong now.</summary>
    public int Faults => Volatile.Read(ref _faults);

    public void Note(string what) => _diary.Enqueue(At(Stopwatch.GetTimestamp()) + " " + what);

    public string At(long timestamp) => $"{Stopwatch.GetElapsedTime(_began, timestamp).TotalSeconds,8:F3}";

    /// <summary>Something is wrong for a while.</summary>
    public async Task FaultAsync(string what, string where, Func<Task> fault)
    {
        Note($"BEGIN {what}: {where}");
        Counts.Add(what);
        lock (_lock)
        {
            _faults++;
        }

        // For a node that is cut off already the store's fault comes on top: how long it is away from the others is no longer its own fault's length.
        foreach (var node in Nodes.Where(node => node.IsCutOff))
        {
            Excuse(node);
        }

        try
        {
            await fault();
        }
        finally
        {
            lock (_lock)
            {
                _faults--;
                _lastFault = Stopwatch.GetTimestamp();
            }

            Note($"END {what}: {where}");
        }
    }

    /// <summary>A node is away from the others for so long that its users may be taken for gone, and come back with it.</summary>
    public void Excuse(ChaosNode node)
    {
        foreach (var user in Users.Where(user => user.IsOn(node)))
        {
            user.MayLeave();
            user.MayJoin();
        }
    }
}
