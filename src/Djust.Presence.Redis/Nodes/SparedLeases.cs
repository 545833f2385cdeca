namespace Djust.Presence;

/// <summary>
/// Leases that count for some time after the store was away, whatever it says of them: their nodes could not
/// renew them. Immutable.
/// </summary>
internal sealed class SparedLeases
{
    public static readonly SparedLeases None = new([]);

    private readonly Dictionary<string, long> _spared;

    private SparedLeases(Dictionary<string, long> spared)
    {
        _spared = spared;
        Until = spared.Values.Select(lease => lease).DefaultIfEmpty().Max();
    }

    public IEnumerable<string> Owners => _spared.Keys;

    /// <summary>When the last of them counts no longer, as ms of this node's clock.</summary>
    public long Until { get; }

    public long? EndOf(string owner) => _spared.TryGetValue(owner, out var spared) ? spared : null;

    /// <summary>Spares the leases of other nodes as well that were held at a moment.</summary>
    /// <param name="before">What the store said of them then.</param>
    /// <param name="from">The moment, as ms of this node's clock.</param>
    /// <param name="now">The time; what is spared no longer is left out.</param>
    /// <param name="until">For how long.</param>
    /// <param name="nodeId">This node.</param>
    public SparedLeases With(LeaseTable before, long from, long now, long until, string nodeId)
    {
        var spared = _spared.Where(lease => lease.Value > now).ToDictionary(StringComparer.Ordinal);
        foreach (var owner in before.Owners.Where(owner => before.EndOf(owner) > from && !Owner.IsOf(owner, nodeId)))
        {
            spared[owner] = until;
        }

        return new SparedLeases(spared);
    }
}
