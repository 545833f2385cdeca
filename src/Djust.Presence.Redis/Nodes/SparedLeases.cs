namespace Djust.Presence;

/// <summary>
/// Leases that count for some time after the store was away, whatever it says of them: their nodes could not
/// renew them. Immutable.
/// </summary>
internal sealed class SparedLeases
{
    public static readonly SparedLeases None = new([]);

    /// <summary>
    /// A lease of which more than this part was left was renewed not long ago: a node renews at least twice in the time of one.
    /// </summary>
    private const int Recent = 3;

    private readonly Dictionary<string, long> _spared;

    private SparedLeases(Dictionary<string, long> spared)
    {
        _spared = spared;
        Until = spared.Values.DefaultIfEmpty().Max();
    }

    public IEnumerable<string> Owners => _spared.Keys;

    /// <summary>When the last of them counts no longer, as ms of this node's clock.</summary>
    public long Until { get; }

    public long? EndOf(string owner) => _spared.TryGetValue(owner, out var spared) ? spared : null;

    /// <summary>
    /// Spares the leases of other nodes as well that were held when the store was read last. Whoever has renewed theirs not long before gets the
    /// time of a whole lease, the others as much as was left: a node that had died before lives no longer for it than the store was away.
    /// </summary>
    /// <param name="last">What the store said last.</param>
    /// <param name="forgotten">What it said last before it lost its memory.</param>
    /// <param name="now">The time, as ms of this node's clock.</param>
    /// <param name="timeout">How long a lease lasts, in ms.</param>
    /// <param name="nodeId">This node.</param>
    public SparedLeases With(LeaseTable last, LeaseTable forgotten, long now, long timeout, string nodeId)
    {
        var spared = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var owner in last.Owners.Union(_spared.Keys).Union(forgotten.Owners).Where(owner => !Owner.IsOf(owner, nodeId)))
        {
            var left = Math.Max(Left(last.EndOf(owner), last), Left(EndOf(owner), last)) is >= 0 and var known ? known : Left(forgotten.EndOf(owner), forgotten);
            if (left > 0)
            {
                spared[owner] = now + (left > timeout / Recent ? timeout : left);
            }
        }

        return new SparedLeases(spared);
    }

    /// <summary>How much of a lease was left when a table was read.</summary>
    private static long Left(long? end, LeaseTable table) => end - table.AskedAt ?? -1;
}
