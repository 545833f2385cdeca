namespace Djust.Presence;

internal static partial class TrackingLog
{
    [LoggerMessage(10, LogLevel.Error, "The {Kind} callback of {Hub} threw. The change itself stands, and other callbacks ran.")]
    public static partial void CallbackFailed(ILogger logger, PresenceChangeKind kind, string hub, Exception exception);

    [LoggerMessage(16, LogLevel.Warning, "The {Kind} callback of {Hub} has not ended for {Delay}. Callbacks for other changes of the same group wait for it.")]
    public static partial void CallbackSlow(ILogger logger, PresenceChangeKind kind, string hub, TimeSpan delay);

    [LoggerMessage(17, LogLevel.Warning, "Leaving the feed of a group failed. The connection has ended all the same.")]
    public static partial void ReleaseFailed(ILogger logger, Exception exception);

    [LoggerMessage(18, LogLevel.Error, "Giving up this node's entries failed; they end with its lease.")]
    public static partial void HandOverFailed(ILogger logger, Exception exception);

    [LoggerMessage(11, LogLevel.Warning, "Ending a connection's presence failed; it is tried again in {Delay}.")]
    public static partial void LeaveFailed(ILogger logger, TimeSpan delay, Exception exception);

    [LoggerMessage(12, LogLevel.Error, "A round of the presence sweeper failed; the next one comes in {Delay}.")]
    public static partial void SweepFailed(ILogger logger, TimeSpan delay, Exception exception);

    [LoggerMessage(13, LogLevel.Warning, "A connection could not be added to or removed from its SignalR group. Presence is not affected; messages to Clients.Group are.")]
    public static partial void GroupFailed(ILogger logger, Exception exception);

    [LoggerMessage(14, LogLevel.Warning, "This node's lease was lost and is held again; its connections join anew where they were swept.")]
    public static partial void LeaseRegained(ILogger logger);

    [LoggerMessage(15, LogLevel.Warning, "A connection could not join its groups anew. It is tried again within a second.")]
    public static partial void ReassertFailed(ILogger logger, Exception exception);
}
