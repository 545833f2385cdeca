namespace Djust.Presence;

/// <content>Users who may no longer see the group.</content>
internal sealed partial class Room
{
    /// <summary>The last that such a user's connections hear: nobody is there.</summary>
    public RoomMessage Farewell => new PresenceStateMessage(RoomView.Of(PresenceSnapshot.Empty(Key)), 0).For(null, null);

    private void Revoke(string userId) =>
        Array.ForEach(Array.FindAll(Members(), member => member.UserId == userId), member => member.Owner?.Revoked(userId));
}
