using System.Collections.Immutable;

namespace Djust.Presence;

/// <summary>Viewers who see the same of a meta. Two with one name are equal.</summary>
/// <param name="Name">Its name, or null for those who see ids only.</param>
/// <param name="Projector">Asks the application.</param>
internal sealed record PresenceAudience(string? Name, PresenceProjector Projector)
{
    /// <summary>What is shown of a presence; the presence itself where nothing is hidden, so that its bytes are shared.</summary>
    public Presence Show(Presence presence)
    {
        var meta = Show(presence.Key, presence.Id, presence.Meta);
        var connections = presence.Connections.Any(connection => connection.Meta is not null)
            ? presence.Connections.Select(connection => Show(presence, connection, meta)).ToImmutableArray()
            : presence.Connections;
        var shown = new Presence(presence.Key, presence.Id, presence.JoinedAt, meta, connections);
        return Presence.LooksSame(shown, presence) ? presence : shown;
    }

    /// <summary>What is shown of a group.</summary>
    public PresenceSnapshot Show(PresenceSnapshot snapshot) =>
        PresenceSnapshot.Create(snapshot.Key, snapshot.Epoch, snapshot.Version, snapshot.Presences.Select(Show));

    /// <summary>What is shown of a meta.</summary>
    public PresenceMeta Show(string key, string userId, PresenceMeta meta) => Projector.Project(Name, key, userId, meta);

    /// <summary>A connection's own meta, where what is shown of it still differs from the user's.</summary>
    private PresenceConnection Show(Presence presence, PresenceConnection connection, PresenceMeta shown)
    {
        var meta = connection.Meta is { } own ? Show(presence.Key, presence.Id, own) : null;
        return connection with { Meta = shown.Equals(meta) ? null : meta };
    }
}
