using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Djust.Presence;

/// <summary>A user in a group with all entries, in ascending order of their refs; everything that is said about them is derived from these.</summary>
internal sealed record UserRecord(string Id, DateTimeOffset JoinedAt, ImmutableArray<EntryRecord> Entries)
{
    private Presence? _presence;

    /// <summary>What observers see. Made once; two threads that make it at once make the same.</summary>
    public Presence ToPresence(string key) => _presence ??= Derive(key);

    public EntryRecord? Find(int @ref)
    {
        foreach (var entry in Entries)
        {
            if (entry.Ref == @ref)
            {
                return entry;
            }
        }

        return null;
    }

    /// <summary>The user with one more entry.</summary>
    public UserRecord With(EntryRecord entry)
    {
        var at = Entries.Length;
        while (at > 0 && Entries[at - 1].Ref > entry.Ref)
        {
            at--;
        }

        return new UserRecord(Id, JoinedAt, Entries.Insert(at, entry));
    }

    /// <summary>The user with some of the entries, or null without any.</summary>
    public UserRecord? Where(Func<EntryRecord, bool> keeps)
    {
        var kept = Entries.RemoveAll(entry => !keeps(entry));
        return kept.Length == Entries.Length ? this : kept.IsEmpty ? null : new UserRecord(Id, JoinedAt, kept);
    }

    private Presence Derive(string key)
    {
        var newest = Entries[0];
        foreach (var entry in Entries)
        {
            newest = entry.Stamp > newest.Stamp ? entry : newest;
        }

        var connections = new PresenceConnection[Entries.Length];
        for (var i = 0; i < connections.Length; i++)
        {
            var own = Entries[i].Meta;
            connections[i] = new PresenceConnection(Entries[i].Ref, own.Equals(newest.Meta) ? null : own);
        }

        return new Presence(key, Id, JoinedAt, newest.Meta, ImmutableCollectionsMarshal.AsImmutableArray(connections));
    }
}
