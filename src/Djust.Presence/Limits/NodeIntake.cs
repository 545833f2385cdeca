namespace Djust.Presence;

/// <summary>
/// How much a node takes of the connections that send most. While its timers run late it has more to do than it can, and reads those less, at once so little
/// that it tells, down to a few messages a second; when they run in time again, more by and by. And where many are loud at once, they share what it is known
/// to bear. Everybody else is read as before: so it is the loud that wait.
/// </summary>
internal sealed class NodeIntake(TimeProvider time, double most, int processors) : IDisposable
{
    /// <summary>The least that a loud connection is read, in messages a second: more than a pointer at 20 Hz sends, so that one who counts as loud after a stall gets out again.</summary>
    public const double Least = 25;

    /// <summary>How often the node looks, while there are loud connections.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    /// <summary>A timer that is this late is a sign of overload.</summary>
    public static readonly TimeSpan Late = TimeSpan.FromMilliseconds(20);

    /// <summary>Looks without a loud connection after which the node no longer looks.</summary>
    private const int QuietLooks = 100;

    /// <summary>Looks after a late one for which the node counts as behind: a second.</summary>
    private const int BehindLooks = 20;

    private const double Recovery = 1.02;

    private readonly Lock _gate = new();
    private readonly double _most = most;
    private readonly LoudShare _share = new(processors);
    private ITimer? _timer;
    private long _lookedAt;
    private int _quietLooks;
    private int _looksInTime = BehindLooks;
    private double _perSecond = most;

    /// <summary>How many messages a second are read of each loud connection.</summary>
    public double PerSecond => Math.Min(Volatile.Read(ref _perSecond), Math.Max(Least, _share.PerConnection));

    /// <summary>What is left of the limits of those who are over them: 1 unless the node was late.</summary>
    public double Lessening => Volatile.Read(ref _perSecond) / _most;

    /// <summary>Whether the node was late within the last second.</summary>
    public bool IsBehind => Volatile.Read(ref _looksInTime) < BehindLooks;

    /// <summary>Says that a connection is loud.</summary>
    /// <param name="countedIn">The connection's own note for <see cref="LoudShare.Count"/>.</param>
    public void Loud(ref int countedIn)
    {
        _share.Count(ref countedIn);
        Watch();
    }

    /// <summary>Says that a loud connection is held back by <see cref="PerSecond"/>.</summary>
    public void Held() => _share.Held();

    /// <summary>Says that there is a connection that may make the node late.</summary>
    public void Watch()
    {
        Volatile.Write(ref _quietLooks, 0);
        if (Volatile.Read(ref _timer) is not null)
        {
            return;
        }

        lock (_gate)
        {
            if (_timer is null)
            {
                _lookedAt = time.GetTimestamp();
                using (ExecutionContext.SuppressFlow())
                {
                    _timer = time.CreateTimer(static intake => ((NodeIntake)intake!).Look(), this, Interval, Interval);
                }
            }
        }
    }

    /// <summary>The next rate after a look.</summary>
    /// <param name="perSecond">The rate now.</param>
    /// <param name="most">The rate without trouble.</param>
    /// <param name="lateness">How late the look came.</param>
    public static double Next(double perSecond, double most, TimeSpan lateness) => lateness > Late
        ? Math.Max(Least, Math.Min(perSecond, IntakePace.LoudPerSecond) * Math.Clamp(Late / lateness, 0.1, 0.8))
        : Math.Min(most, perSecond * Recovery);

    public void Dispose() => _timer?.Dispose();

    private void Look()
    {
        lock (_gate)
        {
            var now = time.GetTimestamp();
            var elapsed = time.GetElapsedTime(_lookedAt, now);
            if (elapsed < Interval / 2)
            {
                // One of several that were late together, and the first has said so.
                return;
            }

            _lookedAt = now;
            var lateness = elapsed - Interval;
            var next = Next(_perSecond, _most, lateness);
            Volatile.Write(ref _perSecond, next);
            _share.Look(lateness > Late, _most);
            Volatile.Write(ref _looksInTime, lateness > Late ? 0 : Math.Min(_looksInTime + 1, BehindLooks));
            if (Interlocked.Increment(ref _quietLooks) > QuietLooks && next >= _most)
            {
                _timer?.Dispose();
                Volatile.Write(ref _timer, null);
            }
        }
    }
}
