namespace Djust.Presence;

/// <summary>How far one node is in telling the store of one group.</summary>
/// <param name="losses">What was lost while the store was away.</param>
/// <param name="vouched">After the store lost its memory: leases of other nodes that live on until these speak for themselves.</param>
internal sealed class Telling(Losses losses, IReadOnlySet<string> vouched)
{
    public Losses Losses { get; } = losses;

    public IReadOnlySet<string> Vouched { get; } = vouched;

    /// <summary>Whether the store is still to be told what was in the group when it lost its memory.</summary>
    public bool IsRestoring { get; set; } = losses.Store;

    /// <summary>Whether another node has told that before.</summary>
    public bool WasRestored { get; set; }
}
