using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Djust.Presence;

/// <summary>Answers 403 to requests of foreign pages, and says so in the log: at most once a minute, whatever a hostile page does.</summary>
internal sealed class OriginGuard(IOptions<PresenceOptions> options, TimeProvider time, ILogger<OriginGuard> logger)
{
    private const int MaxLoggedLength = 100;

    private readonly Lazy<OriginPolicy> _policy = new(() => new OriginPolicy(options.Value.AllowedOrigins, options.Value.RequireOrigin));
    private readonly RareLog _log = new(time);

    /// <summary>Whether the request may go on; where not, its answer has been written.</summary>
    public async ValueTask<bool> AdmitAsync(HttpContext context)
    {
        var request = context.Request;
        var isPlainGet = HttpMethods.IsGet(request.Method) && request.Headers.Upgrade.Count == 0;
        var verdict = _policy.Value.Decide(request.Headers.Origin, request.Scheme, request.Host.Value, isPlainGet);
        if (verdict == OriginVerdict.Allowed)
        {
            return true;
        }

        Log(verdict, request.Headers.Origin.ToString());
        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        context.Response.ContentType = "text/plain";
        await context.Response.WriteAsync(
            verdict == OriginVerdict.Foreign ? "Pages of this origin may not connect here." : "Clients must send an Origin header here.", context.RequestAborted);
        return false;
    }

    /// <summary>An origin as a log takes it: printable ASCII, and not long, since a stranger wrote it.</summary>
    public static string Printable(string origin) => string.Create(Math.Min(origin.Length, MaxLoggedLength), origin, static (span, text) =>
    {
        for (var i = 0; i < span.Length; i++)
        {
            span[i] = text[i] is > ' ' and <= '~' ? text[i] : '?';
        }
    });

    private void Log(OriginVerdict verdict, string origin)
    {
        if (!_log.MayLog(out var unlogged))
        {
            return;
        }

        if (verdict == OriginVerdict.Foreign)
        {
            OriginLog.Foreign(logger, Printable(origin), unlogged);
        }
        else
        {
            OriginLog.Missing(logger, unlogged);
        }
    }
}
