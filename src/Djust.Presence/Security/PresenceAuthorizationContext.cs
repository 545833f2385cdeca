using System.Security.Claims;
using Microsoft.AspNetCore.Http;

namespace Djust.Presence;

/// <summary>Who wants to do what with which group. It is also the resource that a policy's handlers get.</summary>
public sealed class PresenceAuthorizationContext
{
    /// <summary>The connection's principal, as authenticated at its handshake.</summary>
    public required ClaimsPrincipal User { get; init; }

    /// <summary>The user id that the presence would have.</summary>
    public required string UserId { get; init; }

    /// <summary>The presence key.</summary>
    public required string Key { get; init; }

    /// <summary>What they want to do.</summary>
    public required PresenceOperation Operation { get; init; }

    /// <summary>The hub's type.</summary>
    public required Type HubType { get; init; }

    /// <summary>The policy that the hub's <see cref="PresenceKeyAttribute"/> names for the operation, or null.</summary>
    public string? Policy { get; init; }

    /// <summary>The request that opened the connection, or null for a connection that does not come from HTTP.</summary>
    public HttpContext? HttpContext { get; init; }
}
