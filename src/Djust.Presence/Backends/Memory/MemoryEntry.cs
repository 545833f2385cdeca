namespace Djust.Presence.Backends.Memory;

/// <summary>One connection of a user in a group; guarded by the group's lock but for the deadline, which heartbeats move.</summary>
internal sealed class MemoryEntry(PresenceEntryId id, MemoryUser user, int @ref)
{
    private long _deadline = long.MaxValue;

    public PresenceEntryId Id { get; set; } = id;

    public MemoryUser User { get; } = user;

    public int Ref { get; } = @ref;

    public required PresenceMeta Meta { get; set; }

    /// <summary>Orders the metas of a user's entries by when they were written.</summary>
    public required long MetaStamp { get; set; }

    public string? Hub { get; set; }

    /// <summary>The owner, or null for an entry that lives on its own heartbeat.</summary>
    public MemoryNode? Node { get; set; }

    public bool Held { get; set; }

    public long Deadline
    {
        get => Volatile.Read(ref _deadline);
        set => Volatile.Write(ref _deadline, value);
    }

    /// <summary>The place of an entry without a node in the queue of deadlines.</summary>
    public LinkedListNode<MemoryEntry>? Place { get; set; }

    public bool IsAlive(long now) => Node?.IsAlive(now) ?? Deadline > now;
}
