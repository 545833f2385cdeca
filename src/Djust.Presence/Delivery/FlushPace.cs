namespace Djust.Presence;

/// <summary>How a room's interval follows the cost of its flushes and the number of its connections. Pure.</summary>
/// <param name="Configured">The interval of a room whose flushes cost little.</param>
/// <param name="Cost">What flushes take, smoothed: one that was held up, or the first, is not taken for the rule.</param>
internal readonly record struct FlushPace(TimeSpan Configured, TimeSpan Cost = default)
{
    /// <summary>At most this many times the configured interval.</summary>
    public const int MaxFactor = 20;

    /// <summary>
    /// About how many writes a second one room is worth: with more than five hundred connections and the default interval, each is written to less often,
    /// so that a storm of joins costs in proportion to those who are told and not to the square. A first change after a rest is told at once all the same.
    /// </summary>
    public const int WritesPerSecond = 10_000;

    /// <summary>The same on a node that is behind: large rooms are told less often, small ones as ever.</summary>
    private const int WritesPerSecondBehind = WritesPerSecond / 5;

    /// <summary>How much of the smoothed cost each flush replaces: one in four.</summary>
    private const int Smoothing = 4;

    /// <summary>
    /// Four times what flushes take: what they hand to the sockets costs about as much again, and moves have to be read meanwhile. Never less than configured,
    /// nor than <see cref="WritesPerSecond"/> allow.
    /// </summary>
    /// <param name="connections">How many connections a flush writes to.</param>
    /// <param name="isBehind">Whether the node has more to do than it can.</param>
    public TimeSpan IntervalFor(int connections, bool isBehind = false)
    {
        var (byCost, byWrites) = (Cost * 4, TimeSpan.FromSeconds((double)connections / (isBehind ? WritesPerSecondBehind : WritesPerSecond)));
        var wanted = byCost > byWrites ? byCost : byWrites;
        return wanted < Configured ? Configured : wanted > Configured * MaxFactor ? Configured * MaxFactor : wanted;
    }

    /// <summary>The pace after another flush.</summary>
    /// <param name="elapsed">How long it took.</param>
    public FlushPace After(TimeSpan elapsed) => this with { Cost = Cost + ((elapsed - Cost) / Smoothing) };
}
