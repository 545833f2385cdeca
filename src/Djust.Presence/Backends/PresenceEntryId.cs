namespace Djust.Presence.Backends;

/// <summary>
/// The identity of one entry: a connection and the node that holds it. A leave or a late write names both, so that it can never
/// touch an entry that has moved to another connection or node since.
/// </summary>
/// <param name="ConnectionId">The connection's id; never shown to clients. Entries without a connection have an id that their user determines.</param>
/// <param name="NodeId">The node that holds the connection, or empty for an entry that lives on its own heartbeat.</param>
public readonly record struct PresenceEntryId(string ConnectionId, string NodeId)
{
    /// <summary>The id of the entry that the application holds for a user without a connection.</summary>
    /// <param name="userId">The user's id.</param>
    /// <returns>The same id on every node.</returns>
    public static PresenceEntryId ForUser(string userId) => new("user:" + userId, string.Empty);
}
