using System.Runtime.InteropServices;

namespace Djust.Presence;

/// <summary>
/// The list of a group, made of its entries in any order: the same that <see cref="GroupState"/> has, without what is needed to follow the group
/// from there on. Not safe for use by several threads.
/// </summary>
internal sealed class GroupListing(string key, int capacity)
{
    /// <summary>Each user as the first of their entries shows them, and its stamp.</summary>
    private readonly Dictionary<string, (Presence Presence, long Stamp)> _users = new(capacity, StringComparer.Ordinal);

    /// <summary>The users with more entries than one.</summary>
    private readonly Dictionary<string, UserRecord> _several = new(StringComparer.Ordinal);

    public void Add(string userId, DateTimeOffset joinedAt, EntryRecord entry)
    {
        ref var first = ref CollectionsMarshal.GetValueRefOrAddDefault(_users, userId, out var isKnown);
        if (!isKnown)
        {
            first = (new Presence(key, userId, joinedAt, entry.Meta, [new PresenceConnection(entry.Ref)]), entry.Stamp);
            return;
        }

        var (presence, stamp) = first;
        ref var user = ref CollectionsMarshal.GetValueRefOrAddDefault(_several, userId, out _);
        user ??= new UserRecord(userId, presence.JoinedAt, [new EntryRecord(presence.Connections[0].Ref, string.Empty, 0, stamp, presence.Meta)]);
        user = user.With(entry);
    }

    public PresenceSnapshot ToSnapshot(string epoch, long version)
    {
        var presences = new Presence[_users.Count];
        var at = 0;
        foreach (var (presence, _) in _users.Values)
        {
            presences[at++] = _several.Count > 0 && _several.TryGetValue(presence.Id, out var user) ? user.ToPresence(key) : presence;
        }

        return PresenceSnapshot.CreateListing(key, epoch, version, presences);
    }
}
