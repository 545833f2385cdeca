using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.SignalR;

namespace Djust.Presence;

/// <summary>What a hub's context carries: its connection, or for a callback the key of the group that it is about.</summary>
internal sealed class PresenceSession(PresenceServices services, LocalConnection? connection, string? callbackKey, HubCallerContext? caller = null) : IPacedClient
{
    public PresenceServices Services { get; } = services;

    public LocalConnection? Connection { get; } = connection;

    public string? CallbackKey { get; } = callbackKey;

    /// <summary>How fast the connection is read; null where its transport is not seen.</summary>
    public IntakePace? Pace { get; set; }

    string? IPacedClient.UserId => caller is null ? null :
        caller.UserIdentifier is { Length: > 0 } authenticated ? authenticated :
        caller.GetHttpContext() is { } http ? "visitor " + VisitorId(http) : null;

    void IPacedClient.Heard() => Connection?.Seen(Services.Time.GetTimestamp());

    void IPacedClient.Abort() => caller?.Abort();

    /// <summary>Ends the connection's presence; a second call does nothing.</summary>
    /// <param name="atOnce">Whether its users leave without grace.</param>
    public async Task EndAsync(bool atOnce)
    {
        if (Connection is not null)
        {
            Pace?.Dispose();
            Services.Connections.Remove(Connection);
            await Services.Tracker.DisconnectAsync(Connection, atOnce);
        }
    }

    /// <summary>The visitor's id, where the request does not keep it.</summary>
    public string? KnownVisitorId { get; set; }

    /// <summary>The visitor's id. One whose connection has no request to read a cookie from has the same for the connection's life.</summary>
    public string VisitorId(HttpContext? http) =>
        KnownVisitorId ?? (http is not null ? Services.Visitors.GetOrCreate(http) : KnownVisitorId = VisitorIdentity.CreateId());
}
