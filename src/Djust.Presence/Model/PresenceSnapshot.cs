using System.Collections.Immutable;

namespace Djust.Presence;

/// <summary>
/// A group at one version: an immutable list of its users. A change makes a new snapshot that shares all but a path of the old one,
/// so that reading after every change costs O(log n), not O(n).
/// </summary>
public sealed class PresenceSnapshot
{
    private static readonly ImmutableSortedSet<Presence> None = ImmutableSortedSet.Create<Presence>(PresenceOrder.Instance);

    /// <summary>What changes are applied to; null as long as there is only a list in order.</summary>
    private ImmutableSortedSet<Presence>? _tree;

    private PresenceSnapshot(string key, string epoch, long version, IReadOnlyList<Presence> presences)
    {
        Key = key;
        Epoch = epoch;
        Version = version;
        Presences = presences;
        Count = presences.Count;
        _tree = presences as ImmutableSortedSet<Presence>;
    }

    /// <summary>The presence key of the group.</summary>
    public string Key { get; }

    /// <summary>The life of the numbering; empty for a group that does not exist.</summary>
    public string Epoch { get; }

    /// <summary>The version of the last change in this snapshot.</summary>
    public long Version { get; }

    /// <summary>The number of users; always the length of <see cref="Presences"/>.</summary>
    public int Count { get; }

    /// <summary>The users, ordered by when they joined, then by id.</summary>
    public IReadOnlyList<Presence> Presences { get; }

    /// <summary>Made once; two threads that make it at once make the same.</summary>
    private ImmutableSortedSet<Presence> Tree => _tree ??= ImmutableSortedSet.CreateRange(PresenceOrder.Instance, Presences);

    /// <summary>The snapshot of a group in which nobody is.</summary>
    /// <param name="key">The presence key.</param>
    /// <param name="epoch">The life of the numbering.</param>
    /// <param name="version">The version.</param>
    /// <returns>A snapshot without presences.</returns>
    public static PresenceSnapshot Empty(string key, string epoch = "", long version = 0) => new(key, epoch, version, None);

    /// <summary>Makes a snapshot of presences in any order.</summary>
    /// <param name="key">The presence key.</param>
    /// <param name="epoch">The life of the numbering.</param>
    /// <param name="version">The version.</param>
    /// <param name="presences">One presence for each user.</param>
    /// <returns>The snapshot.</returns>
    public static PresenceSnapshot Create(string key, string epoch, long version, IEnumerable<Presence> presences) =>
        new(key, epoch, version, ImmutableSortedSet.CreateRange(PresenceOrder.Instance, presences));

    /// <summary>Makes a snapshot of presences that is only going to be listed, most likely: what changes need is made with the first of them.</summary>
    /// <param name="key">The presence key.</param>
    /// <param name="epoch">The life of the numbering.</param>
    /// <param name="version">The version.</param>
    /// <param name="presences">One presence for each user, in any order; the snapshot's own from then on.</param>
    internal static PresenceSnapshot CreateListing(string key, string epoch, long version, Presence[] presences)
    {
        PresenceOrder.Sort(presences);
        return new(key, epoch, version, Array.AsReadOnly(presences));
    }

    /// <summary>What a change does to this snapshot. Pure; O(log n).</summary>
    /// <param name="change">The change that follows this snapshot in the group's numbering.</param>
    /// <returns>The snapshot after it.</returns>
    public PresenceSnapshot Apply(PresenceChange change)
    {
        ArgumentNullException.ThrowIfNull(change);

        // The order of a user is fixed by when they joined and their id, so the old record is found through the new one.
        var without = change.Kind == PresenceChangeKind.Join ? Tree : Tree.Remove(change.Presence);
        var after = change.Kind == PresenceChangeKind.Leave ? without : without.Add(change.Presence);
        return new PresenceSnapshot(Key, change.Epoch, change.Version, after);
    }

    /// <summary>The record that this snapshot holds of the user in <paramref name="presence"/>, for the same stay in the group.</summary>
    internal Presence? SameStay(Presence presence) => Tree.TryGetValue(presence, out var found) ? found : null;

    /// <summary>Makes what changes need now, where nobody waits for it.</summary>
    internal void Prepare() => _ = Tree;
}
