namespace Djust.Presence;

/// <summary>How a room's interval follows the cost of its flushes. Pure.</summary>
internal static class FlushInterval
{
    /// <summary>At most this many times the configured interval.</summary>
    public const int MaxFactor = 20;

    /// <summary>
    /// A flush that takes more than half of the interval doubles it, up to <see cref="MaxFactor"/> times the configured one; one that takes
    /// less than an eighth halves it, down to the configured one. Between the two it rests, so that it does not swing.
    /// </summary>
    public static TimeSpan Next(TimeSpan current, TimeSpan elapsed, TimeSpan configured)
    {
        var next = elapsed > current / 2 ? current * 2 : elapsed < current / 8 ? current / 2 : current;
        return next < configured ? configured : next > configured * MaxFactor ? configured * MaxFactor : next;
    }
}
