namespace Djust.Presence;

/// <summary>One connection's cursor in a room; guarded by its <see cref="RoomCursors"/>.</summary>
internal sealed class RoomCursor(int @ref)
{
    public int Ref { get; } = @ref;

    public CursorPoint Point { get; set; }

    /// <summary>Whose it is, for a connection of this node; null for one of another.</summary>
    public string? UserId { get; set; }

    /// <summary>Whether its connection has ended and its user may come back: on this node or on another, which then speaks for it.</summary>
    public bool IsHeld { get; set; }

    /// <summary>Whether this node speaks for it.</summary>
    public bool IsLocal => UserId is not null && !IsHeld;

    public DateTimeOffset At { get; set; }

    /// <summary>When it moved last, as a timestamp of this node's clock.</summary>
    public long MovedAt { get; set; }

    /// <summary>The frame that its newest position is in; while it waits for one, that of the position before.</summary>
    public long Frame { get; set; }

    /// <summary>Whether the newest position waits for a frame.</summary>
    public bool IsWaiting { get; set; }
}
