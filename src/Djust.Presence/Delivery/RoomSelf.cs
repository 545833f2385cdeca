namespace Djust.Presence;

/// <summary>Who a tracked connection is in a group.</summary>
/// <param name="UserId">The user.</param>
/// <param name="Ref">The connection's ref.</param>
internal sealed record RoomSelf(string UserId, int Ref);
