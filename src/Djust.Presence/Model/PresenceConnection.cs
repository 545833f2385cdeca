namespace Djust.Presence;

/// <summary>One connection (a tab) of a user in a group.</summary>
/// <param name="Ref">The small number that the store gave it: unique in the group and never given to another connection.</param>
/// <param name="Meta">The meta that this connection gave, only where it differs from the user's; otherwise null.</param>
public sealed record PresenceConnection(int Ref, PresenceMeta? Meta = null);
