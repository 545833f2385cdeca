namespace Djust.Presence;

/// <summary>One line of what a node tells a store that was away: an entry that it has, or one that has gone.</summary>
/// <param name="Id">The entry.</param>
/// <param name="Own">The entry as it is kept, or null for one that has gone.</param>
/// <param name="Revision">Which state of it this line tells.</param>
/// <param name="Gone">The entry that has gone, or null for one that is kept.</param>
/// <param name="IsKnown">Whether the store has ever confirmed it: if not, and the store has it, the answer to its join was lost.</param>
internal sealed record AssertItem(PresenceEntryId Id, OwnEntry? Own, int Revision, GoneEntry? Gone, bool IsKnown)
{
    /// <summary>A meta that a request wrote, if it was carried out and only its answer was lost.</summary>
    public PresenceMeta? AskedMeta { get; } = Own?.AskedMeta;
}
