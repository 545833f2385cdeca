namespace Djust.Presence;

internal static partial class OriginLog
{
    [LoggerMessage(60, LogLevel.Warning, "A page of the origin {Origin} was refused at a presence hub with 403, and {Unlogged} requests before it that were not logged. If the page is the application's own, add its origin to PresenceOptions.AllowedOrigins; behind a proxy, call UseForwardedHeaders, so that the application sees the scheme and host that the browser sees.")]
    public static partial void Foreign(ILogger logger, string origin, long unlogged);

    [LoggerMessage(61, LogLevel.Warning, "A client without an Origin header was refused at a presence hub with 403, and {Unlogged} requests before it that were not logged. PresenceOptions.RequireOrigin asks for one; clients that are no browsers send it only where they are told to.")]
    public static partial void Missing(ILogger logger, long unlogged);
}
