using System.Security.Claims;

namespace Djust.Presence;

/// <summary>Who looks at a group: a connection that tracks or watches it, or the visitor whose page is rendered.</summary>
public sealed class PresenceViewer
{
    /// <summary>The presence key of the group.</summary>
    public required string Key { get; init; }

    /// <summary>The viewer's user id. On a page it is the authenticated id, else that of the visitor's cookie, whatever a hub makes of it.</summary>
    public required string UserId { get; init; }

    /// <summary>The viewer's principal; for a connection as authenticated at its handshake.</summary>
    public required ClaimsPrincipal User { get; init; }

    /// <summary>The hub's type, or null for a page.</summary>
    public Type? HubType { get; init; }
}
