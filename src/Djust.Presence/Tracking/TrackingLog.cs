namespace Djust.Presence;

internal static partial class TrackingLog
{
    [LoggerMessage(10, LogLevel.Error, "The {Kind} callback of {Hub} threw, for user {User} in group {Group}. The change itself stands, and other callbacks ran.")]
    public static partial void CallbackFailed(ILogger logger, PresenceChangeKind kind, string hub, LogId user, LogId group, LoggedException exception);

    [LoggerMessage(16, LogLevel.Warning, "The {Kind} callback of {Hub} for user {User} has not ended for {Delay}. Callbacks for other changes of the same group, {Group}, wait for it.")]
    public static partial void CallbackSlow(ILogger logger, PresenceChangeKind kind, string hub, LogId user, TimeSpan delay, LogId group);

    [LoggerMessage(17, LogLevel.Warning, "Leaving the feed of group {Group} failed. The connection has ended all the same.")]
    public static partial void ReleaseFailed(ILogger logger, LogId group, LoggedException exception);

    [LoggerMessage(18, LogLevel.Error, "Giving up this node's entries failed; they end with its lease.")]
    public static partial void HandOverFailed(ILogger logger, LoggedException exception);

    [LoggerMessage(11, LogLevel.Warning, "Ending a connection of user {User} in group {Group} failed; it is tried again in {Delay}.")]
    public static partial void LeaveFailed(ILogger logger, LogId user, LogId group, TimeSpan delay, LoggedException exception);

    [LoggerMessage(12, LogLevel.Error, "A round of the presence sweeper failed; the next one comes in {Delay}.")]
    public static partial void SweepFailed(ILogger logger, TimeSpan delay, LoggedException exception);

    [LoggerMessage(13, LogLevel.Warning, "A connection could not be added to or removed from the SignalR group of {Group}. Presence is not affected; messages to Clients.Group are.")]
    public static partial void GroupFailed(ILogger logger, LogId group, LoggedException exception);

    [LoggerMessage(14, LogLevel.Warning, "This node's lease was lost and is held again; its connections join anew where they were swept.")]
    public static partial void LeaseRegained(ILogger logger);

    [LoggerMessage(15, LogLevel.Warning, "A connection could not join its groups anew. It is tried again within a second.")]
    public static partial void ReassertFailed(ILogger logger, LoggedException exception);
}
