using Microsoft.AspNetCore.SignalR;

namespace Djust.Presence;

/// <summary>The members of <see cref="PresenceHub"/> for hubs that implement <see cref="IPresenceMixin"/>; call them as <c>this.TrackPresenceAsync(…)</c>.</summary>
public static class PresenceMixinExtensions
{
    extension<THub>(THub hub)
        where THub : Hub, IPresenceMixin
    {
        /// <inheritdoc cref="PresenceHub.TrackPresenceAsync(object?)"/>
        public Task TrackPresenceAsync(object? meta = null) => HubPresence.TrackAsync(hub, null, meta);

        /// <inheritdoc cref="PresenceHub.TrackPresenceAsync(string, object?)"/>
        public Task TrackPresenceAsync(string key, object? meta) => HubPresence.TrackAsync(hub, key ?? string.Empty, meta);

        /// <summary>Leaves a group at once, without grace.</summary>
        /// <param name="key">The presence key, or null for the connection's own.</param>
        /// <returns>A task that ends when the store has it.</returns>
        public Task UntrackPresenceAsync(string? key = null) => HubPresence.UntrackAsync(hub, key);

        /// <inheritdoc cref="PresenceHub.UpdatePresenceAsync(object?)"/>
        public Task UpdatePresenceAsync(object? meta) => HubPresence.UpdateAsync(hub, null, meta);

        /// <inheritdoc cref="PresenceHub.UpdatePresenceAsync(string, object?)"/>
        public Task UpdatePresenceAsync(string key, object? meta) => HubPresence.UpdateAsync(hub, key ?? string.Empty, meta);

        /// <summary>Sees a group without being seen.</summary>
        /// <param name="key">The presence key, or null for the connection's own.</param>
        /// <returns>A task that ends when the connection is in.</returns>
        public Task WatchPresenceAsync(string? key = null) => HubPresence.WatchAsync(hub, key);

        /// <summary>Stops to watch a group; tracking is not touched.</summary>
        /// <param name="key">The presence key, or null for the connection's own.</param>
        /// <returns>A task that ends when it is done.</returns>
        public Task UnwatchPresenceAsync(string? key = null) => HubPresence.UnwatchAsync(hub, key);

        /// <summary>The users in a group now, ordered by when they joined, then by id.</summary>
        /// <param name="key">The presence key, or null for the connection's own.</param>
        /// <returns>An immutable list.</returns>
        public Task<IReadOnlyList<Presence>> ListPresencesAsync(string? key = null) => HubPresence.ListAsync(hub, key);

        /// <summary>How many users are in a group now.</summary>
        /// <param name="key">The presence key, or null for the connection's own.</param>
        /// <returns>The length of the list.</returns>
        public Task<int> PresenceCountAsync(string? key = null) => HubPresence.CountAsync(hub, key);

        /// <inheritdoc cref="PresenceHub.UpdatePresenceHeartbeatAsync()"/>
        public Task UpdatePresenceHeartbeatAsync() => HubPresence.HeartbeatAsync(hub);

        /// <inheritdoc cref="PresenceHub.BroadcastToPresenceAsync(string, object?)"/>
        public Task BroadcastToPresenceAsync(string @event, object? payload = null) => HubPresence.BroadcastAsync(hub, null, @event, payload);

        /// <inheritdoc cref="PresenceHub.BroadcastToPresenceAsync(string, string, object?)"/>
        public Task BroadcastToPresenceAsync(string key, string @event, object? payload) => HubPresence.BroadcastAsync(hub, key ?? string.Empty, @event, payload);

        /// <summary>
        /// A fresh <c>PresenceState</c>. Expose it as <c>public Task&lt;object&gt; PresenceSync(string key) =&gt; this.PresenceSyncAsync(key);</c>
        /// so that clients can heal a gap without reconnecting.
        /// </summary>
        /// <param name="key">A group that the connection tracks or watches.</param>
        /// <returns>The state.</returns>
        /// <exception cref="HubException">The connection neither tracks nor watches the group.</exception>
        public Task<object> PresenceSyncAsync(string key) => HubPresence.SyncAsync(hub, key);

        /// <summary>
        /// Takes a client's cursor move. Expose it as <c>public Task CursorMove(double x, double y) =&gt; this.CursorMoveAsync(x, y);</c> and, for
        /// connections in several groups, <c>public Task CursorMoveIn(string key, double x, double y) =&gt; this.CursorMoveAsync(x, y, key);</c>.
        /// </summary>
        /// <param name="x">The horizontal position.</param>
        /// <param name="y">The vertical position.</param>
        /// <param name="key">The presence key, or null for the connection's own.</param>
        /// <returns>A task that is done.</returns>
        /// <exception cref="HubException">A coordinate is not finite or too large; or the connection does not track, which is told once.</exception>
        public Task CursorMoveAsync(double x, double y, string? key = null) => HubCursors.MoveAsync(hub, key, x, y, null);

        /// <summary>The last known position of each user in a group.</summary>
        /// <param name="key">The presence key, or null for the connection's own.</param>
        /// <returns>Positions by user id.</returns>
        public Task<IReadOnlyDictionary<string, CursorPosition>> GetCursorsAsync(string? key = null) => HubCursors.GetAsync(hub, key);

        /// <summary>Shows or hides others' cursors to this connection; hidden ones are not sent.</summary>
        /// <param name="visible">Whether they are shown.</param>
        /// <param name="key">The presence key, or null for the connection's own.</param>
        /// <returns>A task that is done.</returns>
        public Task ShowCursorsAsync(bool visible, string? key = null) => HubCursors.ShowAsync(hub, key, visible);
    }
}
