namespace Djust.Presence;

internal static partial class ProjectionLog
{
    [LoggerMessage(62, LogLevel.Error, "IPresenceProjection.{Method} threw, so the viewers see ids without meta. {Unlogged} failures before it were not logged.")]
    public static partial void Failed(ILogger logger, string method, long unlogged, LoggedException exception);
}
