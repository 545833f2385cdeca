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
    private readonly List<(long From, long To)> _delays = [];
    private readonly List<long> _deaths = [];
    private readonly List<long> _losses = [];
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

    /// <summary>How much of a time passed in which nothing kept servers from hearing of each other: what is due within a lease is due within as much of that.</summary>
    public TimeSpan Undelayed(long from, long to)
    {
        (long From, long To)[] delays;
        lock (_lock)
        {
            delays = [.. _delays.OrderBy(delay => delay.From)];
        }

        var (undelayed, at) = (0L, from);
        foreach (var delay in delays.Where(delay => delay.To > from && delay.From < to))
        {
            undelayed += Math.Max(0, delay.From - at);
            at = Math.Max(at, delay.To);
        }

        return Stopwatch.GetElapsedTime(0, undelayed + Math.Max(0, to - at));
    }

    /// <summary>A node is gone, without a word.</summary>
    public void NodeDied() => Add(_deaths);

    /// <summary>The store is back, with nothing in it.</summary>
    public void MemoryLost() => Add(_losses);

    /// <summary>
    /// From when on a leave is due that something caused: where a node has died since, and then the store lost its memory, from the store's return. What
    /// the dead node had told nobody is then known by nobody, and the others cannot know that it is dead before its lease has run out anew.
    /// </summary>
    public long DueFrom(long cause, long time)
    {
        lock (_lock)
        {
            return _deaths.Exists(death => death > cause && death < time) ? _losses.Where(loss => loss < time).Append(cause).Max() : cause;
        }
    }

    /// <summary>Something is wrong for a while.</summary>
    /// <param name="what">What.</param>
    /// <param name="where">Where.</param>
    /// <param name="fault">Does it.</param>
    /// <param name="delays">Whether it delays what others hear; a node that is gone does not.</param>
    public async Task FaultAsync(string what, string where, Func<Task> fault, bool delays = true)
    {
        var began = Stopwatch.GetTimestamp();
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
                if (delays)
                {
                    _delays.Add((began, _lastFault));
                }
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

    private void Add(List<long> times)
    {
        lock (_lock)
        {
            times.Add(Stopwatch.GetTimestamp());
        }
    }
}
