namespace Djust.Presence;

/// <summary>How a room's interval follows the cost of its flushes. Pure.</summary>
/// <param name="Configured">The interval of a room whose flushes cost little.</param>
/// <param name="Cost">What flushes take, smoothed: one that was held up, or the first, is not taken for the rule.</param>
internal readonly record struct FlushPace(TimeSpan Configured, TimeSpan Cost = default)
{
    /// <summary>At most this many times the configured interval.</summary>
    public const int MaxFactor = 20;

    /// <summary>How much of the smoothed cost each flush replaces: one in four.</summary>
    private const int Smoothing = 4;

    /// <summary>
    /// Four times what flushes take: what they hand to the sockets costs about as much again, and moves have to be read meanwhile. Never less than configured.
    /// </summary>
    public TimeSpan Interval
    {
        get
        {
            var wanted = Cost * 4;
            return wanted < Configured ? Configured : wanted > Configured * MaxFactor ? Configured * MaxFactor : wanted;
        }
    }

    /// <summary>The pace after another flush.</summary>
    /// <param name="elapsed">How long it took.</param>
    public FlushPace After(TimeSpan elapsed) => this with { Cost = Cost + ((elapsed - Cost) / Smoothing) };
}
