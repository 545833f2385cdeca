using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace Djust.Presence;

/// <summary>An origin as browsers define it: scheme, host and port. Two spellings of one origin are equal.</summary>
internal sealed record WebOrigin
{
    private static readonly SearchValues<char> NotInHosts = SearchValues.Create("/\\?#@%*,");

    private WebOrigin(string scheme, string host, int port) => (Scheme, Host, Port) = (scheme, host, port);

    public string Scheme { get; }

    public string Host { get; }

    /// <summary>The scheme's own port where none is written; -1 for a scheme without one.</summary>
    public int Port { get; }

    /// <summary>Reads what stands in an <c>Origin</c> header: nothing but <c>scheme://host</c> or <c>scheme://host:port</c>.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out WebOrigin? origin)
    {
        origin = null;
        if (text?.IndexOf("://", StringComparison.Ordinal) is not (> 0 and var scheme))
        {
            return false;
        }

        // A path, a query, credentials, a wildcard, several origins or letters that browsers would have encoded: readers disagree about where
        // the host of such a text is.
        if (text.Any(c => c is <= ' ' or > '~') || text.AsSpan(scheme + 3).ContainsAny(NotInHosts))
        {
            return false;
        }

        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Host.Length == 0)
        {
            return false;
        }

        origin = new WebOrigin(uri.Scheme.ToLowerInvariant(), uri.Host.ToLowerInvariant(), uri.Port);
        return true;
    }
}
