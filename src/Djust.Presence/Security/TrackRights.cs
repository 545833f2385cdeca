namespace Djust.Presence;

/// <summary>What a connection that tracks a group may see and do there; by default all.</summary>
/// <param name="Audience">Whose view of the group it gets; null where everybody sees all.</param>
/// <param name="WithoutCursor">Whether it may not show its pointer.</param>
internal readonly record struct TrackRights(PresenceAudience? Audience = null, bool WithoutCursor = false);
