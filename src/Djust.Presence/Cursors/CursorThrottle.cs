using System.Diagnostics;

namespace Djust.Presence;

/// <summary>How many moves of one connection are taken: a bucket of tokens that refills at a steady rate. Pure; not safe for use by several threads.</summary>
/// <param name="perSecond">The rate.</param>
internal sealed class CursorThrottle(int perSecond)
{
    /// <summary>How much of a second's tokens may be used at once: a client sends what its page has gathered while it was busy.</summary>
    private const double Burst = 0.1;

    private readonly double _capacity = Math.Max(1, perSecond * Burst);
    private double _tokens = Math.Max(1, perSecond * Burst);
    private long _at = long.MinValue;

    /// <summary>Takes a token, if there is one.</summary>
    /// <param name="now">The time, as a timestamp.</param>
    /// <param name="time">Whose timestamp it is.</param>
    public bool TryTake(long now, TimeProvider time)
    {
        var elapsed = _at == long.MinValue ? TimeSpan.Zero : time.GetElapsedTime(_at, now);
        Debug.Assert(elapsed >= TimeSpan.Zero, "a monotonic clock");
        (_tokens, _at) = (Math.Min(_capacity, _tokens + (elapsed.TotalSeconds * perSecond)), now);
        if (_tokens < 1)
        {
            return false;
        }

        _tokens--;
        return true;
    }
}
