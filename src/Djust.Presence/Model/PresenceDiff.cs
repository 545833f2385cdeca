using System.Collections.Immutable;

namespace Djust.Presence;

/// <summary>
/// What happened between two versions of a group, net: a user is in it at most once, and one that came and went in between is not in it.
/// Applied in the order leaves, joins, updates.
/// </summary>
internal sealed record PresenceDiff(ImmutableArray<string> Leaves, ImmutableArray<Presence> Joins, ImmutableArray<Presence> Updates)
{
    public static readonly PresenceDiff None = new([], [], []);

    public bool IsEmpty => Leaves.IsEmpty && Joins.IsEmpty && Updates.IsEmpty;

    /// <summary>What consecutive changes net to. O(changes), whatever the group's size.</summary>
    /// <param name="before">The snapshot that the first change follows.</param>
    /// <param name="changes">The changes, in the order of their versions.</param>
    public static PresenceDiff Net(PresenceSnapshot before, IReadOnlyList<PresenceChange> changes)
    {
        if (changes.Count == 0)
        {
            return None;
        }

        var users = new Dictionary<string, (Presence? Before, Presence? After)>(changes.Count, StringComparer.Ordinal);
        foreach (var change in changes)
        {
            var presence = change.Presence;
            var after = change.Kind == PresenceChangeKind.Leave ? null : presence;
            users[presence.Id] = users.TryGetValue(presence.Id, out var seen)
                ? (seen.Before, after)
                : (change.Kind == PresenceChangeKind.Join ? null : before.SameStay(presence), after);
        }

        return Collect(users.Select(user => (user.Key, user.Value.Before, user.Value.After)));
    }

    /// <summary>What leads from one list of presences to another, whatever happened in between. O(length of the lists).</summary>
    public static PresenceDiff Between(IEnumerable<Presence> before, IEnumerable<Presence> after)
    {
        var old = before.ToDictionary(presence => presence.Id, StringComparer.Ordinal);
        var users = new List<(string, Presence?, Presence?)>();
        foreach (var presence in after)
        {
            users.Add((presence.Id, old.Remove(presence.Id, out var was) ? was : null, presence));
        }

        users.AddRange(old.Values.Select(gone => (gone.Id, (Presence?)gone, (Presence?)null)));
        return Collect(users);
    }

    private static PresenceDiff Collect(IEnumerable<(string Id, Presence? Before, Presence? After)> users)
    {
        var leaves = ImmutableArray.CreateBuilder<string>();
        var joins = ImmutableArray.CreateBuilder<Presence>();
        var updates = ImmutableArray.CreateBuilder<Presence>();
        foreach (var (id, before, after) in users)
        {
            switch (before, after)
            {
                case (null, not null):
                    joins.Add(after);
                    break;
                case (not null, null):
                    leaves.Add(id);
                    break;
                case (not null, not null) when !Presence.LooksSame(before, after):
                    updates.Add(after);
                    break;
            }
        }

        joins.Sort(PresenceOrder.Instance);
        updates.Sort(PresenceOrder.Instance);
        leaves.Sort(StringComparer.Ordinal);
        return leaves.Count + joins.Count + updates.Count == 0
            ? None
            : new PresenceDiff(leaves.ToImmutable(), joins.ToImmutable(), updates.ToImmutable());
    }
}
