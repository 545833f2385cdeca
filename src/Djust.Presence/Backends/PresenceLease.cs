namespace Djust.Presence.Backends;

/// <summary>The answer to the renewal of a node's lease.</summary>
/// <param name="Generation">
/// Tells one lease of a node from the next. Where it differs from that of the last answer, the lease before had run out: others may have swept
/// the node's entries, or the store was away and numbered some of them anew, so it must join them again. (A flag would be lost with the answer that carries it.)
/// </param>
/// <param name="NextExpiry">How long until the next lease or heartbeat that the store knows of runs out, if nobody renews it; sooner than that at most. Null where there is none.</param>
public readonly record struct PresenceLease(long Generation, TimeSpan? NextExpiry);
