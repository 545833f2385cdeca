namespace Djust.Presence;

/// <summary>One message of a group's feed, or the answer to a request, which is written in the same way.</summary>
/// <param name="Epoch">The life of the numbering.</param>
/// <param name="Version">The group's version after it.</param>
/// <param name="Kind">What happened, or null where observers see no difference.</param>
/// <param name="Reason">Why.</param>
/// <param name="Hub">The hub of the connection that made it, or null.</param>
/// <param name="User">The user after it; for a leave, as they were last.</param>
/// <param name="FirstRef">The ref of the entry that made the user join.</param>
internal sealed record GroupChange(string Epoch, long Version, PresenceChangeKind? Kind, PresenceChangeReason Reason, string? Hub, UserRecord User, int FirstRef)
{
    public PresenceChange ToChange(string key) => new()
    {
        Key = key,
        Epoch = Epoch,
        Version = Version,
        Kind = Kind!.Value,
        Presence = User.ToPresence(key),
        Reason = Reason,
        Hub = Hub,
    };
}
