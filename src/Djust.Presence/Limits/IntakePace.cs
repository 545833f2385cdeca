namespace Djust.Presence;

/// <summary>
/// How fast one connection's messages are read: no faster than <see cref="PresenceOptions.MessagesPerSecond"/>, than its user may send over all
/// connections, and, where the node is overloaded and the connection among those that make it so, than the node bears. For the connection's one reader.
/// </summary>
/// <param name="limits">What is shared.</param>
/// <param name="client">Who sends.</param>
internal sealed class IntakePace(HubLimits limits, IPacedClient client) : IDisposable
{
    /// <summary>A connection that sends more than this in a second is among those that a busy node reads less: half again as many as a pointer at 20 Hz sends.</summary>
    public const int LoudPerSecond = 32;

    /// <summary>The same in one <see cref="Window"/>: a second of it from 500 connections is too much to be noticed only then.</summary>
    private const int LoudInWindow = 8;

    /// <summary>From more than this in one window on, a connection is counted with its user's others; most send far less, and cost nothing.</summary>
    private const int CountedInWindow = 8;

    private static readonly TimeSpan Window = TimeSpan.FromSeconds(0.25);

    /// <summary>A reader that must wait does so for this long at least, so that 500 of them are no flood of timers.</summary>
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(50);

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    /// <summary>How long a connection counts as loud after it was: a node that reads it less would else take it for quiet, and begin anew.</summary>
    private static readonly TimeSpan Loudness = TimeSpan.FromSeconds(2);

    private TokenBucket _bucket;
    private UserLimits? _user;
    private long _windowAt = long.MinValue;
    private int _window;
    private int _countedIn;
    private long? _loudAt;
    private long? _floodsSince;
    private long _heldAt;

    public TimeProvider Time => limits.Time;

    public void Heard() => client.Heard();

    /// <summary>How many messages may be read now, after <see cref="Wait"/>; at least 1.</summary>
    public int Allowed { get; private set; } = 1;

    /// <summary>How long nothing is to be read; zero where something may.</summary>
    public TimeSpan Wait()
    {
        var now = Time.GetTimestamp();
        var rate = limits.Messages;
        var isLessened = limits.Intake.PerSecond < rate.PerSecond && _loudAt is { } loudAt && Time.GetElapsedTime(loudAt, now) < Loudness;
        if (isLessened)
        {
            rate = Rate.Of(limits.Intake.PerSecond, HubLimits.BurstSeconds);
            _bucket.Forgive(rate);
        }

        var left = _bucket.Left(rate, now, Time);
        if (left < 1)
        {
            if (isLessened)
            {
                IsLoud(now);
                limits.Intake.Held();

                // How fast it would be read otherwise cannot be known: the clock of its own flood stands.
                _floodsSince += now - _heldAt;
                _heldAt = now;
            }
            else
            {
                Held(now);
            }

            return Longer((1 - left) / rate.PerSecond);
        }

        var shared = _user?.Left() ?? double.MaxValue;
        if (shared < 1)
        {
            return Longer((1 - shared) / limits.UserMessages.PerSecond);
        }

        // So few that a connection counts as loud before it has taken much.
        Allowed = (int)Math.Min(LoudInWindow, Math.Min(left, shared));
        return TimeSpan.Zero;
    }

    /// <summary>Counts what was read.</summary>
    public void Read(int count)
    {
        var now = Time.GetTimestamp();
        if (_bucket.IsFull(limits.Messages, now, Time))
        {
            // Full again: that was a pause.
            _floodsSince = null;
        }

        _bucket.Spend(count);
        _user?.Spend(count);
        if (_windowAt == long.MinValue || Time.GetElapsedTime(_windowAt, now) >= Window)
        {
            (_windowAt, _window) = (now, 0);
        }

        _window += count;
        if (_window > LoudInWindow)
        {
            IsLoud(now);
        }

        if (_user is null && _window > CountedInWindow && client.UserId is { } id)
        {
            _user = limits.Users.Acquire(id);
        }
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _user, null) is { } user)
        {
            limits.Users.Release(user);
        }
    }

    private void IsLoud(long now)
    {
        _loudAt = now;
        limits.Intake.Loud(ref _countedIn);
    }

    /// <summary>The connection is held back by its own limit. Whoever is so again and again for long means it.</summary>
    private void Held(long now)
    {
        if (_floodsSince is null || Time.GetElapsedTime(_heldAt, now) > Second)
        {
            _floodsSince = now;
        }

        _heldAt = now;
        if (Time.GetElapsedTime(_floodsSince.Value, now) >= HubLimits.Patience)
        {
            _floodsSince = null;
            limits.Aborted();
            client.Abort();
        }
    }

    private static TimeSpan Longer(double seconds) => TimeSpan.FromSeconds(Math.Max(seconds, ShortestWait.TotalSeconds));
}
