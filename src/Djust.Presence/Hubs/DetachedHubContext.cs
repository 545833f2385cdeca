using System.Security.Claims;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.SignalR;

namespace Djust.Presence;

/// <summary>The context of a hub that runs a callback: about a user, on behalf of no connection.</summary>
internal sealed class DetachedHubContext : HubCallerContext
{
    private readonly FeatureCollection _features = new();

    public DetachedHubContext(PresenceSession session, string userId)
    {
        UserIdentifier = userId;
        _features.Set(session);
    }

    public override string ConnectionId => string.Empty;

    public override string? UserIdentifier { get; }

    public override ClaimsPrincipal? User => null;

    public override IDictionary<object, object?> Items { get; } = new Dictionary<object, object?>();

    public override IFeatureCollection Features => _features;

    public override CancellationToken ConnectionAborted => CancellationToken.None;

    public override void Abort()
    {
        // There is no connection to abort.
    }
}
