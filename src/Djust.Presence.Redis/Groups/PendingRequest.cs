namespace Djust.Presence;

/// <summary>What was asked about a whole user while the store was away: a new meta, or a removal.</summary>
internal sealed record PendingRequest(string UserId, PresenceMeta? Meta, PresenceChangeReason Reason);
