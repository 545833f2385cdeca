namespace Djust.Presence;

/// <summary>
/// Leases that count for some time after the store was away, whatever it says of them: their nodes could not
/// renew them. Immutable.
/// </summary>
internal sealed class SparedLeases
{
    public static readonly SparedLeases None = new([]);

    /// <summary>A lease that ends this much later than it was spared for has been renewed since, in ms: the two moments are measured by different clocks.</summary>
    private const long Tolerance = 250;

    private readonly Dictionary<string, long> _spared;

    private SparedLeases(Dictionary<string, long> spared)
    {
        _spared = spared;
    }

    public IEnumerable<string> Owners => _spared.Keys;

    /// <summary>Those that are spared at a moment, as ms of this node's clock.</summary>
    public IEnumerable<string> At(long now) => _spared.Where(lease => lease.Value > now).Select(lease => lease.Key);

    public long? EndOf(string owner) => _spared.TryGetValue(owner, out var spared) ? spared : null;

    /// <summary>
    /// Spares the leases of other nodes that were held when the store was read last, each for the time of a whole lease. But one of which less than
    /// half was left, or that was spared before and not renewed since, only for what was left: a node renews twice in the time of a lease, and
    /// one that has died is not to live on for longer than its lease and the time in which the store was away.
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
            var (held, before) = (Left(last.EndOf(owner), last), Left(EndOf(owner), last));
            var isNews = held is null && before is null;
            var left = isNews ? Left(forgotten.EndOf(owner), forgotten) ?? 0 : Math.Max(held ?? 0, before ?? 0);
            var wasRenewed = isNews || before is not > 0 || held > before + Tolerance;
            if (left > 0)
            {
                spared[owner] = now + (wasRenewed && left > timeout / 2 ? timeout : left);
            }
        }

        return new SparedLeases(spared);
    }

    /// <summary>How much of a lease was left when a table was read, or null where it is not known.</summary>
    private static long? Left(long? end, LeaseTable table) => end - table.AskedAt;
}
