namespace Djust.Presence;

/// <summary>One connection's part in one group: tracked, watching, or both. Guarded by the connection's gate.</summary>
internal sealed class Membership(Room room, RoomMember member)
{
    public Room Room { get; } = room;

    public RoomMember Member { get; } = member;

    /// <summary>What the connection tracks as; null while it only watches.</summary>
    public PresenceJoin? Join { get; set; }

    /// <summary>The newest meta that came faster than it may, until its turn; null where none waits.</summary>
    public PresenceMeta? NextMeta { get; set; }

    /// <summary>Whether the connection asked to watch, so that it stays after it untracks.</summary>
    public bool Watching { get; set; }

    /// <summary>Whether the entry was taken out because its client gave no sign of life; it comes back with the next one.</summary>
    public bool Lapsed { get; set; }

    /// <summary>Whether the connection tracks, and the application has not removed its user since.</summary>
    public bool IsTracked => Join is not null && Member.Self is not null;
}
