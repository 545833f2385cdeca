namespace Djust.Presence;

/// <summary>Entries have passed to another owner, and observers see no difference.</summary>
internal sealed record OwnerChange(string Epoch, long Version, string Owner, IReadOnlyList<int> Refs);
