namespace Djust.Presence;

/// <summary>Who a tracked connection is in a group.</summary>
internal sealed record RoomSelf(string UserId, int Ref);
