namespace Djust.Presence;

internal static partial class TrackingLog
{
    [LoggerMessage(10, LogLevel.Error, "The {Kind} callback of {Hub} threw. The change itself stands, and other callbacks ran.")]
    public static partial void CallbackFailed(ILogger logger, PresenceChangeKind kind, string hub, Exception exception);

    [LoggerMessage(11, LogLevel.Warning, "Ending a connection's presence failed; it is tried again in {Delay}.")]
    public static partial void LeaveFailed(ILogger logger, TimeSpan delay, Exception exception);

    [LoggerMessage(12, LogLevel.Error, "A round of the presence sweeper failed; the next one comes in {Delay}.")]
    public static partial void SweepFailed(ILogger logger, TimeSpan delay, Exception exception);

    [LoggerMessage(13, LogLevel.Warning, "A connection could not be added to or removed from its SignalR group. Presence is not affected; messages to Clients.Group are.")]
    public static partial void GroupFailed(ILogger logger, Exception exception);

    [LoggerMessage(14, LogLevel.Warning, "This node's lease was lost and is held again; its connections join anew where they were swept.")]
    public static partial void LeaseRegained(ILogger logger);

    [LoggerMessage(15, LogLevel.Error, "A connection could not join its group anew after the lease was lost. It is tried again at its next heartbeat.")]
    public static partial void ReassertFailed(ILogger logger, Exception exception);
}
