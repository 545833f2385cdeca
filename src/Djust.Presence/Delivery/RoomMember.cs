namespace Djust.Presence;

/// <summary>
/// A local connection in a room, and how far its client has been told. <see cref="Deliver"/> is called by one flush at a time.
/// A member whose last write has not finished is passed over; when it has, one net diff leads it from the view that it was told last to the
/// newest. So it holds at most that view, one message in flight, and events up to <see cref="MaxPendingEvents"/> and <see cref="MaxPendingBytes"/>.
/// </summary>
internal sealed class RoomMember(IConnectionWriter writer, Action wake, Rate moves)
{
    /// <summary>How many events wait for a slow connection; beyond, the oldest are dropped.</summary>
    public const int MaxPendingEvents = 1_024;

    /// <summary>How many bytes of events wait for a slow connection; beyond, the oldest are dropped. The newest always waits.</summary>
    public const int MaxPendingBytes = 2_000_000;

    /// <summary>How many seconds' worth of moves are taken at once: a client sends what its page has gathered while it was busy.</summary>
    public const double MoveBurstSeconds = 0.1;

    private TokenBucket _moves;
    private Queue<RoomMessage>? _pendingEvents;
    private long _pendingBytes;
    private Task? _inFlight;
    private Identity _identity = Identity.Unknown;
    private Identity? _toldIdentity;
    private RoomView? _told;
    private RoomAudience? _audience;
    private RoomAudience? _toldAudience;
    private volatile bool _hidesCursors;
    private volatile bool _leaves;
    private volatile bool _isWithoutCursor;
    private long _toldFrame;
    private string? _userId;

    /// <summary>Who the connection is, or null while it only watches.</summary>
    public RoomSelf? Self => Volatile.Read(ref _identity).Self;

    /// <summary>Who moves a cursor here, or null for one that watches, may not, or is about to leave: a cursor must not come back after the leave.</summary>
    public RoomSelf? Mover => _leaves || _isWithoutCursor ? null : Self;

    /// <summary>Whether the connection may not show a cursor.</summary>
    public bool IsWithoutCursor
    {
        get => _isWithoutCursor;
        set => _isWithoutCursor = value;
    }

    /// <summary>Whether the connection is about to leave the group.</summary>
    public bool Leaves
    {
        get => _leaves;
        set => _leaves = value;
    }

    /// <summary>Whose view of the group it gets; null where everybody sees all. Changed under the room's gate.</summary>
    public RoomAudience? Audience
    {
        get => Volatile.Read(ref _audience);
        set => Volatile.Write(ref _audience, value);
    }

    /// <summary>Whether a move that came too fast is being handled; guarded by the room.</summary>
    public bool IsMoving { get; set; }

    /// <summary>The number of the last frame that the client was sent; 0 where the next one tells it all.</summary>
    public long ToldFrame => Interlocked.Read(ref _toldFrame);

    /// <summary>Whether the client wants no cursors of others.</summary>
    public bool HidesCursors
    {
        get => _hidesCursors;
        set
        {
            // Whoever shows them again needs all, not only those that move next.
            _hidesCursors = value;
            Interlocked.Exchange(ref _toldFrame, 0);
        }
    }

    /// <summary>Who hears what becomes of the member's user.</summary>
    public IRoomMemberOwner? Owner { get; init; }

    /// <summary>Whose connection it is, whether it tracks or watches.</summary>
    public string? UserId
    {
        get => Volatile.Read(ref _userId);
        set => Volatile.Write(ref _userId, value);
    }

    /// <summary>Takes one of the moves that the client may make, if there is one; guarded by the room.</summary>
    public bool TryMove(TimeProvider time) => _moves.TryTake(moves, time.GetTimestamp(), time);

    /// <summary>The connection tracks from now on: it must not get a state that is older than its own join.</summary>
    /// <param name="commit">The join.</param>
    /// <param name="userId">The user.</param>
    public void Track(PresenceCommit commit, string userId)
    {
        var self = new RoomSelf(userId, commit.Ref);
        _leaves = false;
        var known = Volatile.Read(ref _identity);
        if (known.Self != self || known.Epoch != commit.Epoch)
        {
            Volatile.Write(ref _identity, new Identity(self, commit.Epoch, commit.Version, commit.Presence));
        }
    }

    /// <summary>The connection only watches from now on. A member that neither tracks nor watches yet is told nothing.</summary>
    public void Watch() => Volatile.Write(ref _identity, Identity.Watcher);

    /// <summary>Follows a leave that the application asked for, unless the connection has tracked anew since.</summary>
    public void Follow(Presence removed)
    {
        var identity = Volatile.Read(ref _identity);
        if (identity.Self is { } self && self.UserId == removed.Id && removed.Connections.Any(connection => connection.Ref == self.Ref) &&
            Interlocked.CompareExchange(ref _identity, Identity.Watcher, identity) == identity)
        {
            Owner?.Removed();
        }
    }

    /// <summary>Forgets what the client was told, so that it gets a fresh state.</summary>
    public void Reset()
    {
        _told = null;
        Interlocked.Exchange(ref _toldFrame, 0);
    }

    /// <summary>Whether a view has this member's own join, if it tracks.</summary>
    public bool IsShownIn(RoomView view) => Volatile.Read(ref _identity).IsIn(view);

    /// <summary>The state of a view for this member; it says who the member is only where the member is in it.</summary>
    public RoomMessage State(RoomView view, int maxPresences)
    {
        var identity = Volatile.Read(ref _identity);
        var own = identity.Find(view);
        var self = own?.Connections.Any(connection => connection.Ref == identity.Self?.Ref) == true ? identity.Self : null;
        return view.State(maxPresences).For(self, own is not null && view.LeavesOut(own, maxPresences) ? own : null);
    }

    /// <summary>Brings the client from where it is to the view after the flush.</summary>
    /// <returns>How many events were dropped.</returns>
    public int Deliver(RoomFlush flush)
    {
        var (identity, after) = (Volatile.Read(ref _identity), flush.After);
        if (identity == Identity.Unknown)
        {
            return 0;
        }

        // As long as its own join has not come through the feed, a client stays what it was before it.
        var shown = identity.IsIn(after) ? identity : _toldIdentity;
        if (_inFlight is { IsCompleted: false } || shown is null)
        {
            return Defer(flush.Events, 0);
        }

        _inFlight = null;
        var own = shown.Find(after);
        if (_told?.Epoch != after.Epoch || shown != _toldIdentity || flush.Audience != _toldAudience || (own is not null && flush.IsBeyondDiff(own, _told)))
        {
            (_told, _toldIdentity, _toldAudience) = (after, shown, flush.Audience);
            Write(flush.StateFor(shown.Self, own));
        }
        else if (_told.Version != after.Version)
        {
            var diff = flush.DiffFrom(_told);
            _told = after;
            Write(diff);
        }

        return Send(flush.Events);
    }

    /// <summary>
    /// Brings the client's cursors up to date. A connection that is behind is passed over, and gets the newest positions when it no longer is.
    /// </summary>
    /// <param name="cursors">The room's cursors.</param>
    /// <param name="frame">The frame of this flush, or null without one.</param>
    /// <param name="last">The number of the last frame.</param>
    public void DeliverCursors(RoomCursors cursors, CursorFrame? frame, long last)
    {
        var told = Interlocked.Read(ref _toldFrame);
        if (told == last || _hidesCursors || _told is null || _inFlight is not null)
        {
            return;
        }

        frame = frame is not null && told == frame.Number - 1 ? frame : cursors.Since(told);
        Interlocked.CompareExchange(ref _toldFrame, frame.Number, told);
        if (frame.For(Volatile.Read(ref _identity).Self?.Ref ?? 0) is { } message)
        {
            Write(message);
        }
    }

    private int Send(IReadOnlyList<RoomMessage> events)
    {
        while (_inFlight is null && _pendingEvents?.TryDequeue(out var pending) == true)
        {
            _pendingBytes -= pending.Size;
            Write(pending);
        }

        for (var i = 0; i < events.Count; i++)
        {
            if (_inFlight is not null)
            {
                return Defer(events, i);
            }

            Write(events[i]);
        }

        return 0;
    }

    private int Defer(IReadOnlyList<RoomMessage> events, int from)
    {
        if (from == events.Count)
        {
            return 0;
        }

        var dropped = 0;
        _pendingEvents ??= [];
        for (var i = from; i < events.Count; i++)
        {
            _pendingEvents.Enqueue(events[i]);
            _pendingBytes += events[i].Size;
            while (_pendingEvents.Count > MaxPendingEvents || (_pendingBytes > MaxPendingBytes && _pendingEvents.Count > 1))
            {
                _pendingBytes -= _pendingEvents.Dequeue().Size;
                dropped++;
            }
        }

        return dropped;
    }

    private void Write(RoomMessage message)
    {
        var write = writer.WriteAsync(message);
        if (write.IsCompletedSuccessfully)
        {
            return;
        }

        // What wakes the room must find the write finished: so it is the write that is looked at, and not what follows it.
        _inFlight = write.AsTask();
        _ = WakeAfterAsync(_inFlight);
    }

    private async Task WakeAfterAsync(Task write)
    {
        // A write that fails is one to a connection that is gone, which its own disconnect cleans up.
        await write.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        wake();
    }

    /// <summary>Who the member is; compared by reference: there is a new one where the client has become somebody else.</summary>
    private sealed class Identity(RoomSelf? self, string? epoch, long version, Presence? presence)
    {
        public static readonly Identity Unknown = new(null, null, 0, null);

        public static readonly Identity Watcher = new(null, null, 0, null);

        public RoomSelf? Self { get; } = self;

        public string? Epoch { get; } = epoch;

        /// <summary>The user's presence in a view, for the stay that the join began.</summary>
        public Presence? Find(RoomView view) => presence is null ? null : view.Snapshot.SameStay(presence);

        /// <summary>Whether a view has the join: it shows the connection, or is of a later version, in which it may have left again.</summary>
        public bool IsIn(RoomView view) =>
            Self is null ||
            (Epoch == view.Snapshot.Epoch && version <= view.Snapshot.Version) ||
            Find(view)?.Connections.Any(connection => connection.Ref == Self.Ref) == true;
    }
}
