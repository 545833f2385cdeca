namespace Djust.Presence;

/// <summary>
/// A node's live replica of one group in which it has local connections, and the pump that brings them up to date. The feed and the members
/// only leave notes; one flush at a time takes them all, makes each message once, and writes without waiting for anybody.
/// </summary>
internal sealed partial class Room : IPresenceObserver
{
    /// <summary>
    /// How many changed presences a second the room tells for changes of meta that connections here ask for, one for each receiver: some 15 MB. In a large
    /// room they wait, and the newest of each follows, so that five hundred who change theirs at once are no stall for everybody else.
    /// </summary>
    private static readonly Rate Updates = Rate.Of(100_000, 0.1);

    /// <summary>How far ahead such changes are promised: connections that come, change and go would else make everybody's turn later and later.</summary>
    public static readonly TimeSpan LongestQueue = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly RoomScheduler _scheduler;
    private readonly PresenceOptions _options;
    private readonly PresenceMetrics _metrics;
    private readonly HashSet<RoomMember> _members = [];
    private readonly Action _wake;
    private List<PresenceChange> _changes = [];
    private List<PresenceChange> _removals = [];
    private List<PresenceMessage> _events = [];
    private PresenceSnapshot? _reset;
    private RoomMember[]? _memberList;
    private FlushPace _pace;
    private TokenBucket _updates;
    private RoomView _view;
    private long _lastHeard;
    private bool _hasView;
    private bool _scheduled;
    private bool _flushing;

    public Room(string key, RoomScheduler scheduler, PresenceOptions options, PresenceMetrics metrics, CursorRelay relay)
    {
        _wake = Wake;
        _relay = relay;
        _cursors = new RoomCursors(key, scheduler.Time, options.CursorTimeout);
        (Key, GroupName) = (key, PresenceGroups.Name(key));
        _scheduler = scheduler;
        _options = options;
        _metrics = metrics;
        _view = RoomView.Of(PresenceSnapshot.Empty(key));
        _pace = new FlushPace(options.BroadcastInterval);
        _lastHeard = scheduler.Now;
    }

    public string Key { get; }

    /// <summary>The current distance between two flushes.</summary>
    public TimeSpan Interval
    {
        get
        {
            lock (_gate)
            {
                return _pace.IntervalFor(_members.Count, _scheduler.IsBehind);
            }
        }
    }

    /// <summary>The SignalR group of the room's tracked connections: the one text of it, which each of them keeps.</summary>
    public string GroupName { get; }

    /// <summary>How many connections here are in it.</summary>
    public int Size => Members().Length;

    /// <summary>How many presences a whole state tells.</summary>
    public int StateSize => Math.Min(Snapshot.Count, _options.MaxPresencesSent);

    /// <summary>When the last flush began, as a timestamp; null before the first.</summary>
    public long? LastFlush { get; private set; }

    /// <summary>When the store last said something about the group, as a timestamp.</summary>
    public long LastHeard => Volatile.Read(ref _lastHeard);

    /// <summary>Takes a connection in.</summary>
    /// <param name="writer">Writes to it.</param>
    /// <param name="owner">Who hears what becomes of its user.</param>
    /// <param name="userId">Whose it is, or null where nobody asks.</param>
    public RoomMember Add(IConnectionWriter writer, IRoomMemberOwner? owner, string? userId = null)
    {
        var member = new RoomMember(writer, _wake, Rate.Of(_options.CursorMovesPerSecond, RoomMember.MoveBurstSeconds)) { Owner = owner, UserId = userId };
        lock (_gate)
        {
            _members.Add(member);
            _memberList = null;
        }

        return member;
    }

    public void Remove(RoomMember member)
    {
        lock (_gate)
        {
            if (_members.Remove(member))
            {
                Release(member.Audience);
            }

            _memberList = null;
        }

        HoldCursor(member);
    }

    /// <summary>The state for a member that asks for it: what its next diff starts from, or, before its own join was flushed, what has come since.</summary>
    public RoomMessage State(RoomMember member)
    {
        RoomView view;
        lock (_gate)
        {
            // Whoever is not shown yet gets a state of its own next, so nothing has to start from this one.
            view = member.IsShownIn(_view) ? _view : _view.Advance(_reset, _changes, _options.MaxPresencesSent).After;
        }

        return member.State(member.Audience?.StateFor(member, view) ?? view, _options.MaxPresencesSent);
    }

    /// <summary>Takes a user's connections out whom the application has removed.</summary>
    public void Follow(PresenceChange removal) => Array.ForEach(Members(), member => member.Follow(removal.Presence));

    public void OnSnapshot(PresenceSnapshot snapshot)
    {
        Heard();
        lock (_gate)
        {
            if (!_hasView)
            {
                // The first snapshot comes before there is a member: nobody has to be told of it.
                (_view, _hasView) = (RoomView.Of(snapshot), true);
                return;
            }

            _reset = snapshot;
            _changes.Clear();
        }

        Wake();
    }

    public void OnChange(PresenceChange change)
    {
        Heard();
        lock (_gate)
        {
            _changes.Add(change);
            if (change is { Kind: PresenceChangeKind.Leave, Reason: PresenceChangeReason.Removed })
            {
                // Kept apart: a snapshot replaces what clients are to be told, but not that somebody was removed.
                _removals.Add(change);
            }
        }

        Wake();
    }

    public void OnMessage(PresenceMessage message)
    {
        Heard();
        if (message.IsOfNodes)
        {
            Hear(message);
            return;
        }

        lock (_gate)
        {
            _events.Add(message);
        }

        Wake();
    }

    /// <summary>Takes the next of the changes that connections here may make together. Each waits for one at a time, so those who change much do not keep others from it.</summary>
    /// <returns>How long until it may be made; null, and nothing is taken, where more wait than <see cref="LongestQueue"/> is for.</returns>
    public TimeSpan? ReserveUpdate()
    {
        lock (_gate)
        {
            var left = _updates.Left(Updates, _scheduler.Now, _scheduler.Time);
            var wait = left > 0 ? TimeSpan.Zero : TimeSpan.FromSeconds((1 - left) / Updates.PerSecond);
            if (wait > LongestQueue)
            {
                return null;
            }

            _updates.Spend(_members.Count);
            return wait;
        }
    }

    /// <summary>Has the room flushed as soon as its interval allows.</summary>
    public void Wake()
    {
        lock (_gate)
        {
            if (_scheduled || _flushing)
            {
                _scheduled = true;
                return;
            }

            _scheduled = true;
        }

        _scheduler.Schedule(this);
    }

    private void Heard() => Volatile.Write(ref _lastHeard, _scheduler.Now);

    /// <summary>Called by the scheduler, never twice at once.</summary>
    public void Flush()
    {
        var started = _scheduler.Now;
        LastFlush = started;
        try
        {
            Deliver(Take());
        }
        finally
        {
            _pace = _pace.After(_scheduler.Since(started));
            bool again;
            lock (_gate)
            {
                (_flushing, again) = (false, _scheduled);
            }

            if (again)
            {
                _scheduler.Schedule(this);
            }
        }
    }

    /// <summary>
    /// Takes what has come and moves the view on, in one step: whoever asks for a state gets one that the diffs sent after it lead to or follow.
    /// </summary>
    private Taken Take()
    {
        lock (_gate)
        {
            (_scheduled, _flushing) = (false, true);
            var (before, changes, removals, reset) = (_view, _changes, _removals, _reset);
            var events = _events.ConvertAll(message => new RoomMessage(PresenceWire.EventTarget, PresenceWire.Event(Key, message)));
            (_changes, _removals, _events, _reset) = ([], [], [], null);
            (_view, var diff) = before.Advance(reset, changes, _options.MaxPresencesSent);
            return new Taken(new RoomFlush(before, _view, diff, events, _options.MaxPresencesSent), before, reset, changes, removals);
        }
    }

    private void Deliver(Taken taken)
    {
        AdvanceAudiences(taken);

        // Whoever was removed moves nothing any more when its cursor ends.
        taken.Removals.ForEach(Follow);
        EndCursors(taken);
        var frame = TakeFrame();
        var last = _cursors.Frame;
        foreach (var member in Members())
        {
            Deliver(member, taken, frame, last);
        }

        _relay.Tell(_cursors, Wake);
    }

    private void Deliver(RoomMember member, Taken taken, CursorFrame? frame, long last)
    {
        try
        {
            var dropped = member.Deliver(FlushFor(member, taken));
            member.DeliverCursors(_cursors, frame, last);
            if (dropped > 0)
            {
                _metrics.EventsDropped(dropped);
            }
        }
        catch (Exception e)
        {
            // One member's trouble is its own: it gets a fresh state with the next flush.
            member.Reset();
            RoomLog.DeliveryFailed(_scheduler.Logger, new LogId(Key), new LoggedException(e));
        }
    }

    private RoomMember[] Members()
    {
        lock (_gate)
        {
            return _memberList ??= [.. _members];
        }
    }

    private sealed record Taken(RoomFlush Flush, RoomView Before, PresenceSnapshot? Reset, List<PresenceChange> Changes, List<PresenceChange> Removals)
    {
        /// <summary>The flush of each audience, where there are any.</summary>
        public Dictionary<RoomAudience, RoomFlush> Audiences { get; } = new(0);
    }
}
