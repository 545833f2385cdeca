namespace Djust.Presence;

/// <summary>What the hub members work with.</summary>
internal sealed record PresenceServices(
    PresenceTracker Tracker,
    ConnectionRegistry Connections,
    IPresenceManager Manager,
    PresenceHubRegistry Hubs,
    IPresenceAuthorizer Authorizer,
    VisitorIdentity Visitors,
    CursorTracker Cursors,
    HubLimits Limits,
    PresenceProjector Projector,
    TimeProvider Time,
    Microsoft.Extensions.Options.IOptions<PresenceOptions> Options);
