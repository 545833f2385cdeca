namespace Djust.Presence;

/// <summary>
/// How much a node takes of all loud connections together, and how many they are. Late timers tell of a flood when it is a stall already; so a flood of
/// many begins slowly, as a TCP connection does (RFC 5681, slow start), and takes more as long as the node bears it. Safe for use by several threads.
/// </summary>
/// <param name="processors">How many processors the node has.</param>
internal sealed class LoudShare(int processors)
{
    /// <summary>How many messages a second a processor takes at first: a dozen connections' limits on two, and the least for five hundred.</summary>
    public const double FirstPerProcessor = 6_000;

    /// <summary>By how much more is taken after a look that was in time: twice as much in three and a half seconds.</summary>
    public const double Growth = 1.01;

    /// <summary>Looks for which a connection counts as one of those that share.</summary>
    private const int LooksOfPeriod = 20;

    private readonly double _first = FirstPerProcessor * processors;
    private double _perSecond = FirstPerProcessor * processors;
    private int _looks;
    private int _period = 1;
    private int _count;
    private int _countBefore;
    private int _isHeld;

    /// <summary>How many messages a second are one connection's part.</summary>
    public double PerConnection => Volatile.Read(ref _perSecond) / Math.Max(1, Math.Max(Volatile.Read(ref _count), Volatile.Read(ref _countBefore)));

    /// <summary>Counts a connection, once in a period.</summary>
    /// <param name="countedIn">The connection's own note of the period in which it was counted last; 0 at first.</param>
    public void Count(ref int countedIn)
    {
        var period = Volatile.Read(ref _period);
        if (countedIn != period)
        {
            countedIn = period;
            Interlocked.Increment(ref _count);
        }
    }

    /// <summary>A connection has more than its part: only then is it worth to take more of all.</summary>
    public void Held() => Volatile.Write(ref _isHeld, 1);

    /// <summary>The node has looked whether it is in time; never called twice at once.</summary>
    /// <param name="late">Whether it was late.</param>
    /// <param name="most">What is read of one connection at most.</param>
    public void Look(bool late, double most)
    {
        var isHeld = Interlocked.Exchange(ref _isHeld, 0) != 0;
        if (late)
        {
            Volatile.Write(ref _perSecond, Math.Min(_perSecond, _first));
        }
        else if (isHeld)
        {
            Volatile.Write(ref _perSecond, _perSecond * Growth);
        }

        if (++_looks % LooksOfPeriod == 0)
        {
            // What those who are still loud cannot use is forgotten: the next flood begins slowly.
            var count = Volatile.Read(ref _count);
            Volatile.Write(ref _perSecond, Math.Min(_perSecond, Math.Max(_first, most * Math.Max(count, _countBefore))));
            Volatile.Write(ref _countBefore, count);
            Interlocked.Add(ref _count, -count);
            Volatile.Write(ref _period, _period + 1);
        }
    }
}
