namespace Djust.Presence;

/// <summary>Where a user's pointer was last. Immutable.</summary>
/// <param name="X">The horizontal position, in whatever the application measures; the browser client sends 0 to 1, relative to an element.</param>
/// <param name="Y">The vertical position.</param>
/// <param name="Timestamp">When it moved there, by the clock of the server that heard of it.</param>
/// <param name="Meta">What the application attached; for a connection's cursor the user's meta.</param>
public sealed record CursorPosition(double X, double Y, DateTimeOffset Timestamp, PresenceMeta Meta);
