namespace Djust.Presence;

/// <summary>Whose member it is: it hears what becomes of the member's user. Must not wait.</summary>
internal interface IRoomMemberOwner
{
    /// <summary>The application removed the member's user from the group.</summary>
    void Removed();

    /// <summary>A user may no longer see the group who was this member's.</summary>
    /// <param name="userId">The user.</param>
    void Revoked(string userId);
}
