using System.Diagnostics;

namespace Djust.Presence;

/// <summary>
/// What has been used of a <see cref="Rate"/>: a bucket of tokens that refills steadily, as in any text on traffic shaping. Its default is full.
/// The rate is given with each call, since a busy node lowers it. Pure; not safe for use by several threads.
/// </summary>
internal struct TokenBucket
{
    private double _spent;
    private long _at;

    /// <summary>Takes a token, if there is one.</summary>
    /// <param name="rate">The rate.</param>
    /// <param name="now">The time, as a timestamp.</param>
    /// <param name="time">Whose timestamp it is.</param>
    public bool TryTake(Rate rate, long now, TimeProvider time)
    {
        if (Left(rate, now, time) < 1)
        {
            return false;
        }

        _spent++;
        return true;
    }

    /// <summary>How many tokens there are; less than 0 where some are owed.</summary>
    public double Left(Rate rate, long now, TimeProvider time)
    {
        if (_spent > 0)
        {
            var elapsed = time.GetElapsedTime(_at, now);
            Debug.Assert(elapsed >= TimeSpan.Zero, "a monotonic clock");
            _spent = Math.Max(0, _spent - (elapsed.TotalSeconds * rate.PerSecond));
        }

        _at = now;
        return rate.Burst - _spent;
    }

    /// <summary>Whether all that was taken has come back.</summary>
    public readonly bool IsFull(Rate rate, long now, TimeProvider time) => _spent <= time.GetElapsedTime(_at, now).TotalSeconds * rate.PerSecond;

    /// <summary>Forgets what was taken beyond what a rate lets be taken at once: it was taken under a higher rate, and is not owed.</summary>
    public void Forgive(Rate rate) => _spent = Math.Min(_spent, rate.Burst);

    /// <summary>Takes tokens that are there, after <see cref="Left"/>.</summary>
    public void Spend(double count) => _spent += count;
}
