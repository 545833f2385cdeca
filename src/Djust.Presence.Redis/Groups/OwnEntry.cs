namespace Djust.Presence;

/// <summary>An entry that this node put into the store, as this node wants it to be: what it tells a store that was away. Guarded by its group.</summary>
internal sealed class OwnEntry(PresenceEntryId id, string userId)
{
    public PresenceEntryId Id { get; } = id;

    public string UserId { get; } = userId;

    public PresenceMeta Meta { get; set; } = PresenceMeta.Empty;

    public string? Hub { get; set; }

    public bool Held { get; set; }

    /// <summary>The entry's number; 0 until the store, or this node in its absence, has given it one.</summary>
    public int Ref { get; set; }

    public DateTimeOffset JoinedAt { get; set; }

    public long Stamp { get; set; }

    /// <summary>The life of the numbering in which the store has confirmed the entry, or null.</summary>
    public string? Epoch { get; set; }

    /// <summary>The group's version when the store confirmed the entry: what the feed tells of the time before says nothing about it.</summary>
    public long Version { get; set; }

    /// <summary>Which confirmation it was that this node heard of, among all of the group: a reading that was begun before may lack the entry.</summary>
    public long Confirmation { get; set; }

    /// <summary>Whether the meta was written while the store was away.</summary>
    public bool IsMetaNew { get; set; }

    /// <summary>The new meta of a request that was not answered, or null.</summary>
    public PresenceMeta? AskedMeta { get; set; }

    /// <summary>For an entry on its own heartbeat: when it ends, as a timestamp of this node's clock.</summary>
    public long? Deadline { get; set; }

    /// <summary>Counts what was done to the entry here, so that what happens while it is told is told again.</summary>
    public int Revision { get; set; }

    /// <summary>The revision that the store has been told since it came back.</summary>
    public int ToldRevision { get; set; } = -1;
}
