namespace Djust.Presence;

/// <summary>What was asked about a whole user while the store was away: a new meta, or a removal.</summary>
/// <param name="UserId">The user.</param>
/// <param name="Meta">The new meta, or null for a removal.</param>
/// <param name="Reason">Why the user was removed.</param>
/// <param name="Removed">The entries of this node that were removed with the user.</param>
internal sealed record PendingRequest(string UserId, PresenceMeta? Meta, PresenceChangeReason Reason, IReadOnlyList<OwnEntry> Removed);
