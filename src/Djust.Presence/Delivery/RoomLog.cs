namespace Djust.Presence;

internal static partial class RoomLog
{
    [LoggerMessage(1, LogLevel.Error, "A flush of group {Group} failed.")]
    public static partial void FlushFailed(ILogger logger, LogId group, LoggedException exception);

    [LoggerMessage(3, LogLevel.Error, "Writing to a connection in group {Group} failed. It gets a fresh state with the next change.")]
    public static partial void DeliveryFailed(ILogger logger, LogId group, LoggedException exception);

    [LoggerMessage(2, LogLevel.Warning, "Connections of {Hub} are written to through IHubContext, since its HubLifetimeManager is not the one that AddPresence registers. Presence stays correct, but slower. If you register a backplane, do so before AddPresence.")]
    public static partial void Fallback(ILogger logger, string hub);

    [LoggerMessage(4, LogLevel.Warning, "Other servers could not be told of cursors in group {Group}; it is tried again until it works.")]
    public static partial void CursorsNotTold(ILogger logger, LogId group, LoggedException exception);
}
