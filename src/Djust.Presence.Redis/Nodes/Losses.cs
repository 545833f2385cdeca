namespace Djust.Presence;

/// <summary>What was lost while the store was away.</summary>
/// <param name="Store">The store's memory.</param>
/// <param name="Lease">This node's lease: its entries may have been swept.</param>
internal readonly record struct Losses(bool Store, bool Lease)
{
    public static Losses operator |(Losses a, Losses b) => new(a.Store | b.Store, a.Lease | b.Lease);
}
