namespace Djust.Presence.Backends;

/// <summary>The answer to the renewal of a node's lease.</summary>
/// <param name="WasLost">Whether the node had a lease before and it had run out: others may have swept its entries, so it must join them anew.</param>
/// <param name="NextExpiry">How long until the next lease or heartbeat that the store knows of runs out, if nobody renews it; null where there is none.</param>
public readonly record struct PresenceLease(bool WasLost, TimeSpan? NextExpiry);
