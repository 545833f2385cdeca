namespace Djust.Presence;

/// <summary>
/// What a node shows of a group while the store is away or is being told anew: a list of the node's own making, numbered by itself.
/// Pure; the group guards it.
/// </summary>
internal sealed class LocalView(string key, string epoch, PresenceSnapshot start)
{
    private readonly Dictionary<string, Presence> _shown = start.Presences.ToDictionary(presence => presence.Id, StringComparer.Ordinal);

    public PresenceSnapshot Snapshot { get; private set; } = PresenceSnapshot.Create(key, epoch, 0, start.Presences);

    /// <summary>Users whom the application has removed here: what others hold of them is not shown.</summary>
    public HashSet<string> Removed { get; } = new(StringComparer.Ordinal);

    public Presence? Find(string userId) => _shown.GetValueOrDefault(userId);

    /// <summary>Shows a user as they are now.</summary>
    /// <returns>The change that this makes, or null.</returns>
    public PresenceChange? Show(string userId, Presence? now, PresenceChangeReason reason, string? hub)
    {
        var was = _shown.GetValueOrDefault(userId);
        if (was is not null && now is not null && was.JoinedAt != now.JoinedAt)
        {
            // The same stay keeps its place in the list, whatever the store made of it.
            now = new Presence(key, now.Id, was.JoinedAt, now.Meta, now.Connections);
        }

        if (was is null ? now is null : now is not null && Presence.LooksSame(was, now))
        {
            return null;
        }

        var kind = was is null ? PresenceChangeKind.Join
            : now is null ? PresenceChangeKind.Leave
            : was.Meta.Equals(now.Meta) ? PresenceChangeKind.Connections
            : PresenceChangeKind.Update;
        var change = new PresenceChange
        {
            Key = key,
            Epoch = Snapshot.Epoch,
            Version = Snapshot.Version + 1,
            Kind = kind,
            Presence = now ?? was!,
            Reason = reason,
            Hub = hub,
        };
        Snapshot = Snapshot.Apply(change);
        if (now is null)
        {
            _shown.Remove(userId);
        }
        else
        {
            _shown[userId] = now;
        }

        return change;
    }
}
