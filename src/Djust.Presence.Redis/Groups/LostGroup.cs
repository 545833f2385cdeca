namespace Djust.Presence;

/// <summary>A group that a store has lost, as far as one node knows of it.</summary>
/// <param name="Epoch">The numbering that was lost.</param>
/// <param name="Version">The last version in it that the node knew.</param>
/// <param name="Refs">The refs of all entries that were in it then; none where the node did not follow it.</param>
/// <param name="Entries">What the node tells of it, those with the highest refs first.</param>
internal sealed record LostGroup(string Epoch, long Version, IReadOnlyList<int> Refs, IReadOnlyList<LostEntry> Entries);
