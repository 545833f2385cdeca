namespace Djust.Presence.Backends;

/// <summary>How a backend's store is.</summary>
/// <param name="Trouble">What is wrong, in words that an operator can act on and without secrets; null for nothing.</param>
public sealed record PresenceStoreHealth(string? Trouble)
{
    /// <summary>A store that is well.</summary>
    public static PresenceStoreHealth Well { get; } = new((string?)null);

    /// <summary>How long ago this node's lease was renewed, or null where there is none.</summary>
    public TimeSpan? LeaseAge { get; init; }
}
