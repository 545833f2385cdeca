namespace Djust.Presence.Backends.Memory;

/// <summary>A user in a group: everything that is said about them is derived from the set of their entries.</summary>
internal sealed class MemoryUser(MemoryGroup group, string id, DateTimeOffset joinedAt)
{
    public MemoryGroup Group { get; } = group;

    public string Id { get; } = id;

    public DateTimeOffset JoinedAt { get; } = joinedAt;

    /// <summary>In ascending order of their refs, since refs only grow and new entries are added at the end. Never changed: replaced.</summary>
    public MemoryEntry[] Entries { get; private set; } = [];

    /// <summary>What observers were last told of this user.</summary>
    public Presence? Shown { get; set; }

    public void Add(MemoryEntry entry) => Entries = [.. Entries, entry];

    public void Remove(MemoryEntry entry) => Entries = Entries.Length == 1 && Entries[0] == entry ? [] : Array.FindAll(Entries, other => other != entry);

    public Presence Derive(string key) => Derive(key, Entries);

    public Presence Derive(string key, MemoryEntry[] entries)
    {
        var newest = entries[0];
        foreach (var entry in entries)
        {
            newest = entry.MetaStamp > newest.MetaStamp ? entry : newest;
        }

        var connections = new PresenceConnection[entries.Length];
        for (var i = 0; i < connections.Length; i++)
        {
            var own = entries[i].Meta;
            connections[i] = new PresenceConnection(entries[i].Ref, own.Equals(newest.Meta) ? null : own);
        }

        return new Presence(key, Id, JoinedAt, newest.Meta, System.Runtime.InteropServices.ImmutableCollectionsMarshal.AsImmutableArray(connections));
    }
}
