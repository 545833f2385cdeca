namespace Djust.Presence;

/// <summary>An entry of this node that has ended while the store was away.</summary>
/// <param name="Own">The entry as it was last.</param>
/// <param name="Reason">Why it has ended.</param>
/// <param name="Before">The leave that a request made, if it was carried out and only its answer was lost.</param>
/// <param name="IsKnown">Whether the store has ever confirmed it.</param>
internal sealed record GoneEntry(OwnEntry? Own, PresenceChangeReason Reason, GroupChange? Before, bool IsKnown);
