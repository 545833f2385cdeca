using Microsoft.Extensions.Primitives;

namespace Djust.Presence;

/// <summary>
/// Decides whether a page of some origin may connect: of the request's own origin, or of one that the application lists. Browsers send a user's
/// cookies with a WebSocket that any page opens, and CORS does not hold it back; the <c>Origin</c> header, which no page can forge, tells them apart.
/// </summary>
internal sealed class OriginPolicy
{
    /// <summary>Allows every origin.</summary>
    public const string Any = "*";

    private readonly HashSet<WebOrigin> _allowed = [];
    private readonly bool _allowsAny;
    private readonly bool _requiresOrigin;

    /// <param name="allowed">Entries that <see cref="Fault"/> finds nothing wrong with.</param>
    /// <param name="requireOrigin">Whether clients have to say where they come from.</param>
    public OriginPolicy(IEnumerable<string> allowed, bool requireOrigin)
    {
        _requiresOrigin = requireOrigin;
        foreach (var entry in allowed)
        {
            if (entry == Any)
            {
                _allowsAny = true;
            }
            else if (WebOrigin.TryParse(WithoutSlash(entry), out var origin))
            {
                _allowed.Add(origin);
            }
        }
    }

    /// <summary>What is wrong with an entry of the list, and the way out; null for a good one.</summary>
    public static string? Fault(string? entry)
    {
        if (entry == Any)
        {
            return null;
        }

        if (string.Equals(entry, "null", StringComparison.OrdinalIgnoreCase))
        {
            return "browsers send \"null\" for sandboxed frames and local files of anybody. Serve the page from an origin of its own.";
        }

        if (!WebOrigin.TryParse(WithoutSlash(entry), out var origin))
        {
            return "write an origin, that is scheme, host and the port where it is not the scheme's own, such as \"https://app.example.com\" or \"http://localhost:5173\": no path, no wildcard in it, one origin an entry, a host of other letters as browsers send it (xn--…).";
        }

        return origin.Scheme is "ws" or "wss"
            ? $"an origin is that of the page, not of the socket. Write \"{(origin.Scheme == "ws" ? "http" : "https")}://…\"."
            : null;
    }

    /// <summary>Decides.</summary>
    /// <param name="origin">The request's <c>Origin</c> header.</param>
    /// <param name="scheme">The request's scheme, as the application sees it.</param>
    /// <param name="host">The request's host and port, as the application sees them.</param>
    /// <param name="isPlainGet">Whether it is a GET that opens no WebSocket: for such a one, browsers send no header to their page's own origin.</param>
    public OriginVerdict Decide(StringValues origin, string scheme, string? host, bool isPlainGet)
    {
        if (origin.Count == 0)
        {
            return _requiresOrigin && !isPlainGet ? OriginVerdict.Missing : OriginVerdict.Allowed;
        }

        if (_allowsAny)
        {
            return OriginVerdict.Allowed;
        }

        return origin.Count == 1 && WebOrigin.TryParse(origin[0], out var page) && (_allowed.Contains(page) || IsOwn(page, scheme, host))
            ? OriginVerdict.Allowed
            : OriginVerdict.Foreign;
    }

    private static bool IsOwn(WebOrigin page, string scheme, string? host) =>
        WebOrigin.TryParse($"{PageScheme(scheme)}://{host}", out var own) && own == page;

    /// <summary>Some servers call the request of a WebSocket by the socket's scheme; its page has the other.</summary>
    private static string PageScheme(string scheme) => scheme.ToLowerInvariant() switch
    {
        "ws" => "http",
        "wss" => "https",
        var other => other,
    };

    private static string? WithoutSlash(string? entry) => entry is { Length: > 0 } && entry[^1] == '/' ? entry[..^1] : entry;
}
