namespace Djust.Presence;

/// <summary>
/// Presence for the whole application, from dependency injection: for controllers, Razor views and background jobs. Singleton and safe for
/// concurrent use.
/// </summary>
public interface IPresenceManager
{
    /// <summary>
    /// Puts a user into a group without a connection, or changes the meta of one put there so. The presence lives until
    /// <see cref="LeavePresenceAsync"/>, or until no <see cref="UpdateHeartbeatAsync"/> came for <see cref="PresenceOptions.PresenceTimeout"/>.
    /// </summary>
    /// <param name="key">The presence key; 1 to 200 characters without control characters.</param>
    /// <param name="userId">The user's id; the same rules.</param>
    /// <param name="meta">Anything that serialises to a JSON object of at most 2,048 bytes, or null.</param>
    /// <param name="cancellationToken">Gives up waiting; the join may still take effect.</param>
    /// <returns>The user's presence in the group.</returns>
    /// <exception cref="ArgumentException">The key, the id or the meta is not acceptable; the message says what is allowed.</exception>
    /// <exception cref="InvalidOperationException">This node is stopping, or the user has too many connections in the group.</exception>
    Task<Presence> JoinPresenceAsync(string key, string userId, object? meta = null, CancellationToken cancellationToken = default);

    /// <summary>Removes a user from a group, with all their connections there. The connections stay open and see the group as watchers.</summary>
    /// <param name="key">The presence key.</param>
    /// <param name="userId">The user's id.</param>
    /// <param name="cancellationToken">Gives up waiting; the leave may still take effect.</param>
    /// <returns>The presence as it was last, or null where the user was not in the group.</returns>
    /// <exception cref="ArgumentException">The key or the id is not acceptable.</exception>
    Task<Presence?> LeavePresenceAsync(string key, string userId, CancellationToken cancellationToken = default);

    /// <summary>
    /// Takes a group away from a user who may no longer be in it or see it: removes them as <see cref="LeavePresenceAsync"/> does, with one leave for
    /// everybody else, and ends what their connections watch, on every node. Those stay open for other groups, and are told that nobody is there.
    /// Change the rights first (what <see cref="IPresenceAuthorizer"/> or the policy looks at): whoever tracks again is asked about again.
    /// </summary>
    /// <param name="key">The presence key.</param>
    /// <param name="userId">The user's id.</param>
    /// <param name="cancellationToken">Gives up waiting; the revocation may still take effect.</param>
    /// <returns>
    /// The presence as it was last, or null where the user was not in the group. When the task ends, the user has left; other nodes are told, and end
    /// watches as soon as they hear of it, which needs their connection to the store.
    /// </returns>
    /// <exception cref="ArgumentException">The key or the id is not acceptable.</exception>
    Task<Presence?> RevokeAsync(string key, string userId, CancellationToken cancellationToken = default);

    /// <summary>Changes the meta of a user who is in a group, on all their connections: one update, whatever their number.</summary>
    /// <param name="key">The presence key.</param>
    /// <param name="userId">The user's id.</param>
    /// <param name="meta">The new meta; it replaces the old one.</param>
    /// <param name="cancellationToken">Gives up waiting; the update may still take effect.</param>
    /// <returns>The presence after the update, or null where the user is not in the group.</returns>
    /// <exception cref="ArgumentException">The key, the id or the meta is not acceptable.</exception>
    Task<Presence?> UpdatePresenceAsync(string key, string userId, object? meta, CancellationToken cancellationToken = default);

    /// <summary>The users who are in a group now, ordered by when they joined, then by id.</summary>
    /// <param name="key">The presence key.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>An immutable list; the same instance as long as nothing changes.</returns>
    /// <exception cref="ArgumentException">The key is not acceptable.</exception>
    ValueTask<IReadOnlyList<Presence>> ListPresencesAsync(string key, CancellationToken cancellationToken = default);

    /// <summary>
    /// The same list as a viewer may see it: with the metas that <see cref="IPresenceProjection"/> shows them, where the application has one. For everything that
    /// leaves the server by the application's own code.
    /// </summary>
    /// <param name="viewer">Who looks, and at which group.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The list, projected as it is read.</returns>
    /// <exception cref="ArgumentException">The key is not acceptable.</exception>
    ValueTask<IReadOnlyList<Presence>> ListPresencesAsync(PresenceViewer viewer, CancellationToken cancellationToken = default);

    /// <summary>How many users are in a group now: always the length of the list.</summary>
    /// <param name="key">The presence key.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The number of users.</returns>
    /// <exception cref="ArgumentException">The key is not acceptable.</exception>
    ValueTask<int> PresenceCountAsync(string key, CancellationToken cancellationToken = default);

    /// <summary>Renews a presence that was joined without a connection, for another <see cref="PresenceOptions.PresenceTimeout"/>.</summary>
    /// <param name="key">The presence key.</param>
    /// <param name="userId">The user's id.</param>
    /// <param name="cancellationToken">Gives up waiting; the heartbeat may still take effect.</param>
    /// <returns>False where there is no such presence (any more): join again.</returns>
    /// <exception cref="ArgumentException">The key or the id is not acceptable.</exception>
    Task<bool> UpdateHeartbeatAsync(string key, string userId, CancellationToken cancellationToken = default);

    /// <summary>Sends an event to every connection that tracks or watches a group, on every node.</summary>
    /// <param name="key">The presence key.</param>
    /// <param name="event">The event's name; clients see it as <c>event</c> of a <c>PresenceEvent</c>.</param>
    /// <param name="payload">Anything that serialises to JSON.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>A task that ends when the event is on its way; delivery waits for no client.</returns>
    /// <exception cref="ArgumentException">The key or the event's name is not acceptable, or the payload has no JSON form or more than 32 levels.</exception>
    Task BroadcastAsync(string key, string @event, object? payload = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Follows a group: first a join for each user who is in it, then what happens. For each user the changes alternate: join, updates, leave,
    /// join, … A reader that falls more than 1,024 changes behind gets what it missed net. The key is checked at the call.
    /// </summary>
    /// <param name="key">The presence key.</param>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    /// <returns>An endless sequence of joins, updates and leaves.</returns>
    /// <exception cref="ArgumentException">The key is not acceptable.</exception>
    IAsyncEnumerable<PresenceChange> WatchAsync(string key, CancellationToken cancellationToken = default);

    /// <summary>The name of the SignalR group that the tracked connections of a presence key are in, for <c>Clients.Group(…)</c>.</summary>
    /// <param name="key">The presence key.</param>
    /// <returns>The group's name.</returns>
    /// <exception cref="ArgumentException">The key is not acceptable.</exception>
    string PresenceGroupName(string key);
}
