using Microsoft.AspNetCore.SignalR;

namespace Djust.Presence;

/// <summary>
/// A hub that knows who is there. Inherit from it, name the group with <see cref="PresenceKeyAttribute"/>, and call
/// <see cref="TrackPresenceAsync(object?)"/>, usually in <see cref="Hub.OnConnectedAsync"/>. The end of a connection is taken care of.
/// </summary>
/// <remarks>
/// Clients can call <see cref="PresenceSync"/> and <see cref="PresenceHeartbeat"/>; everything else is protected, and the application's to
/// expose. Members throw <see cref="HubException"/> with a message for the client where a request is not acceptable; the connection stays
/// and nothing else changes. The <c>OnPresence…</c> callbacks run once for each change in the whole cluster, on a fresh instance that has
/// no caller (<c>Context.User</c> is null), in order within a group; one that throws is logged and hurts nobody.
/// </remarks>
public abstract class PresenceHub : Hub, IPresenceMixin
{
    string IPresenceMixin.GetPresenceKey() => GetPresenceKey();

    string IPresenceMixin.GetPresenceUserId() => GetPresenceUserId();

    Task IPresenceMixin.OnPresenceJoinAsync(Presence presence) => OnPresenceJoinAsync(presence);

    Task IPresenceMixin.OnPresenceUpdateAsync(Presence presence) => OnPresenceUpdateAsync(presence);

    Task IPresenceMixin.OnPresenceLeaveAsync(Presence presence) => OnPresenceLeaveAsync(presence);

    /// <summary>Called by clients that have noticed a gap.</summary>
    /// <param name="key">A group that the connection tracks or watches.</param>
    /// <returns>A fresh <c>PresenceState</c>.</returns>
    /// <exception cref="HubException">The connection neither tracks nor watches the group.</exception>
    public Task<object> PresenceSync(string key) => HubPresence.SyncAsync(this, key);

    /// <summary>Called by clients as a sign of life; renews this connection's entries.</summary>
    /// <returns>A task that ends when they are renewed.</returns>
    public Task PresenceHeartbeat() => HubPresence.HeartbeatAsync(this);

    /// <summary>The presence key of this connection: the template of <see cref="PresenceKeyAttribute"/> with route values, then the query string; without one, the hub's full type name.</summary>
    /// <returns>The key.</returns>
    /// <exception cref="ArgumentException">A variable of the template has no value; the message names it.</exception>
    protected virtual string GetPresenceKey() => HubPresence.DefaultKey(this);

    /// <summary>The user id of this connection: the authenticated id, else <c>anon_…</c> from the visitor's cookie. Others see it.</summary>
    /// <returns>The id.</returns>
    protected virtual string GetPresenceUserId() => HubPresence.DefaultUserId(this);

    /// <summary>A user's first connection has arrived.</summary>
    /// <param name="presence">The user.</param>
    /// <returns>A task that ends when the callback is done.</returns>
    protected virtual Task OnPresenceJoinAsync(Presence presence) => Task.CompletedTask;

    /// <summary>A user's meta has changed.</summary>
    /// <param name="presence">The user, with the new meta.</param>
    /// <returns>A task that ends when the callback is done.</returns>
    protected virtual Task OnPresenceUpdateAsync(Presence presence) => Task.CompletedTask;

    /// <summary>A user's last connection has gone.</summary>
    /// <param name="presence">The user, as they were last.</param>
    /// <returns>A task that ends when the callback is done.</returns>
    protected virtual Task OnPresenceLeaveAsync(Presence presence) => Task.CompletedTask;

    /// <summary>Tracks this connection in its group, or changes the meta of one that is tracked: an upsert.</summary>
    /// <param name="meta">Anything that serialises to a JSON object of at most 2,048 bytes. An authenticated user's gets <c>name</c> and <c>user_id</c> where it has none.</param>
    /// <returns>A task that ends when the store has it; the client gets its <c>PresenceState</c> at once.</returns>
    protected Task TrackPresenceAsync(object? meta = null) => HubPresence.TrackAsync(this, null, meta);

    /// <summary>Tracks this connection in a further group.</summary>
    /// <param name="key">The presence key.</param>
    /// <param name="meta">As in <see cref="TrackPresenceAsync(object?)"/>.</param>
    /// <returns>A task that ends when the store has it.</returns>
    protected Task TrackPresenceAsync(string key, object? meta) => HubPresence.TrackAsync(this, Given(key), meta);

    /// <summary>Leaves the group at once, without grace. A connection that does not track is left as it is.</summary>
    /// <returns>A task that ends when the store has it.</returns>
    protected Task UntrackPresenceAsync() => HubPresence.UntrackAsync(this, null);

    /// <inheritdoc cref="UntrackPresenceAsync()"/>
    /// <param name="key">The presence key.</param>
    protected Task UntrackPresenceAsync(string key) => HubPresence.UntrackAsync(this, Given(key));

    /// <summary>
    /// Replaces this connection's meta: one update for everybody, never a leave and a join. Where it changes more often than
    /// <see cref="PresenceOptions.UpdatesPerSecond"/>, the newest is kept and made when it may be.
    /// </summary>
    /// <param name="meta">As in <see cref="TrackPresenceAsync(object?)"/>.</param>
    /// <returns>A task that ends when the store has it, or when it is kept for its turn.</returns>
    protected Task UpdatePresenceAsync(object? meta) => HubPresence.UpdateAsync(this, null, meta);

    /// <inheritdoc cref="UpdatePresenceAsync(object?)"/>
    /// <param name="key">The presence key.</param>
    /// <param name="meta">As in <see cref="TrackPresenceAsync(object?)"/>.</param>
    protected Task UpdatePresenceAsync(string key, object? meta) => HubPresence.UpdateAsync(this, Given(key), meta);

    /// <summary>Sees this hub's group without being seen.</summary>
    /// <returns>A task that ends when the connection is in; its <c>PresenceState</c> follows at once.</returns>
    protected Task WatchPresenceAsync() => HubPresence.WatchAsync(this, null);

    /// <inheritdoc cref="WatchPresenceAsync()"/>
    /// <param name="key">The presence key.</param>
    protected Task WatchPresenceAsync(string key) => HubPresence.WatchAsync(this, Given(key));

    /// <summary>Stops to watch this hub's group; tracking is not touched.</summary>
    /// <returns>A task that ends when it is done.</returns>
    protected Task UnwatchPresenceAsync() => HubPresence.UnwatchAsync(this, null);

    /// <inheritdoc cref="UnwatchPresenceAsync()"/>
    /// <param name="key">The presence key.</param>
    protected Task UnwatchPresenceAsync(string key) => HubPresence.UnwatchAsync(this, Given(key));

    /// <summary>
    /// The users in this hub's group now, ordered by when they joined, then by id; with all of their metas, whatever an <see cref="IPresenceProjection"/> shows to the
    /// caller: what goes to a client is <see cref="IPresenceManager.ListPresencesAsync(PresenceViewer, CancellationToken)"/>.
    /// </summary>
    /// <returns>An immutable list.</returns>
    protected Task<IReadOnlyList<Presence>> ListPresencesAsync() => HubPresence.ListAsync(this, null);

    /// <inheritdoc cref="ListPresencesAsync()"/>
    /// <param name="key">The presence key.</param>
    protected Task<IReadOnlyList<Presence>> ListPresencesAsync(string key) => HubPresence.ListAsync(this, Given(key));

    /// <summary>How many users are in this hub's group now.</summary>
    /// <returns>The length of the list.</returns>
    protected Task<int> PresenceCountAsync() => HubPresence.CountAsync(this, null);

    /// <inheritdoc cref="PresenceCountAsync()"/>
    /// <param name="key">The presence key.</param>
    protected Task<int> PresenceCountAsync(string key) => HubPresence.CountAsync(this, Given(key));

    /// <summary>A sign of life of this connection, for hubs that have their own heartbeat. SignalR's pings count already.</summary>
    /// <returns>A task that ends when the connection's entries are renewed.</returns>
    protected Task UpdatePresenceHeartbeatAsync() => HubPresence.HeartbeatAsync(this);

    /// <summary>Sends an event to every connection that tracks or watches this hub's group, on every node.</summary>
    /// <param name="event">The event's name, 1 to 200 characters.</param>
    /// <param name="payload">Anything that serialises to JSON.</param>
    /// <returns>A task that ends when the event is on its way; it waits for no client.</returns>
    protected Task BroadcastToPresenceAsync(string @event, object? payload = null) => HubPresence.BroadcastAsync(this, null, @event, payload);

    /// <inheritdoc cref="BroadcastToPresenceAsync(string, object?)"/>
    /// <param name="key">The presence key.</param>
    /// <param name="event">The event's name, 1 to 200 characters.</param>
    /// <param name="payload">Anything that serialises to JSON.</param>
    protected Task BroadcastToPresenceAsync(string key, string @event, object? payload) => HubPresence.BroadcastAsync(this, Given(key), @event, payload);

    /// <summary>A key that was passed as null is a mistake to be told, not a wish for the default.</summary>
    private static string Given(string? key) => key ?? string.Empty;
}
