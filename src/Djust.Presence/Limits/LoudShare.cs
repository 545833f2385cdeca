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

    /// <summary>Looks for which a connection counts as one of those that share.</summary>
    private const int LooksOfPeriod = 20;

    private readonly double _first = FirstPerProcessor * processors;
    private double _perSecond = FirstPerProcessor * processors;
    private int _looks;
    private int _period = 1;
    private int _count;
    private int _countBefore;

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

    /// <summary>The node has looked whether it is in time; never called twice at once.</summary>
    /// <param name="late">Whether it was late.</param>
    /// <param name="most">What is read of one connection at most: who gets that needs no more.</param>
    public void Look(bool late, double most)
    {
        if (late)
        {
            Volatile.Write(ref _perSecond, Math.Min(_perSecond, _first));
        }
        else if (PerConnection < most)
        {
            Volatile.Write(ref _perSecond, _perSecond * NodeIntake.Recovery);
        }

        if (++_looks % LooksOfPeriod == 0)
        {
            Volatile.Write(ref _countBefore, Interlocked.Exchange(ref _count, 0));
            Volatile.Write(ref _period, _period + 1);
        }
    }

    /// <summary>Nobody is loud any more: the next flood begins slowly too.</summary>
    public void Reset() => Volatile.Write(ref _perSecond, _first);
}
