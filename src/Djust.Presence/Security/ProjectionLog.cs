namespace Djust.Presence;

internal static partial class ProjectionLog
{
    [LoggerMessage(62, LogLevel.Error, "IPresenceProjection.{Method} threw {Exception}, so the viewers see ids without meta; {Unlogged} failures before it were not logged. Its message is left out, since it may quote what is to be hidden. It was thrown{StackTrace}")]
    public static partial void Failed(ILogger logger, string method, string? exception, long unlogged, string? stackTrace);
}
