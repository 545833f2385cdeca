namespace Djust.Presence;

/// <summary>
/// One connection's part in one group: tracked, watching, or both. Guarded by the connection's turns. There are as many as connections, so
/// it keeps only what cannot be made anew.
/// </summary>
internal sealed class Membership : IRoomMemberOwner
{
    private readonly PresenceTracker _tracker;
    private readonly LocalConnection _connection;
    private string? _userId;
    private PresenceMeta? _meta;

    public Membership(PresenceTracker tracker, LocalConnection connection, Room room, string userId)
    {
        (_tracker, _connection, Room) = (tracker, connection, room);
        Member = room.Add(connection.Writer, this, userId);
    }

    public Room Room { get; }

    public RoomMember Member { get; }

    /// <summary>What the connection tracks as; null while it only watches.</summary>
    public PresenceJoin? Join
    {
        get => _meta is null ? null : _tracker.Request(_connection, Room.Key, _userId!, _meta);
        set => (_userId, _meta) = (value?.UserId, value?.Meta);
    }

    /// <summary>The newest meta that came faster than it may, until its turn; null where none waits.</summary>
    public PresenceMeta? NextMeta { get; set; }

    /// <summary>Whether the connection asked to watch, so that it stays after it untracks.</summary>
    public bool Watching { get; set; }

    /// <summary>Whether the entry was taken out because its client gave no sign of life; it comes back with the next one.</summary>
    public bool Lapsed { get; set; }

    /// <summary>Whether the connection tracks, and the application has not removed its user since.</summary>
    public bool IsTracked => _meta is not null && Member.Self is not null;

    public void Removed() => _ = _tracker.LeaveGroupAsync(_connection, Room.Key);

    public void Revoked(string userId) => _ = _tracker.RevokeAsync(_connection, Room.Key, userId);
}
