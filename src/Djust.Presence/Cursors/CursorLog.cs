namespace Djust.Presence;

internal static partial class CursorLog
{
    [LoggerMessage(40, LogLevel.Warning, "Last known cursor positions could not be written to the distributed cache; they are tried again each second. Live cursors do not depend on it.")]
    public static partial void CacheFailed(ILogger logger, LoggedException exception);

    [LoggerMessage(41, LogLevel.Warning, "Presence is shared by several servers, but the distributed cache is this process's memory: GetCursorsAsync finds cursors of this server only. Add a shared cache, such as AddStackExchangeRedisCache. Live cursors do not depend on it.")]
    public static partial void CacheIsLocal(ILogger logger);

    [LoggerMessage(43, LogLevel.Warning, "Last known cursor positions of other servers could not be read from the distributed cache; GetCursorsAsync gives those of this server. Live cursors do not depend on it.")]
    public static partial void CacheNotRead(ILogger logger, LoggedException exception);

    [LoggerMessage(42, LogLevel.Error, "HandleCursorMoveAsync failed.")]
    public static partial void HandlingFailed(ILogger logger, LoggedException exception);
}
