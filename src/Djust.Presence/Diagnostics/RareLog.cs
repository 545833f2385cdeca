namespace Djust.Presence;

/// <summary>Lets a message into the log at most once a minute, whatever hostile clients do. Safe for use by several threads.</summary>
internal sealed class RareLog(TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private long? _loggedAt;
    private long _unlogged;

    /// <summary>Whether the message may be logged now.</summary>
    /// <param name="unlogged">How many were not since the last that was.</param>
    public bool MayLog(out long unlogged)
    {
        lock (_gate)
        {
            var now = time.GetTimestamp();
            if (_loggedAt is { } last && time.GetElapsedTime(last, now) < Interval)
            {
                unlogged = ++_unlogged;
                return false;
            }

            (unlogged, _unlogged, _loggedAt) = (_unlogged, 0, now);
            return true;
        }
    }
}
