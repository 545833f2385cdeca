namespace Djust.Presence;

/// <summary>
/// A node's live replica of one group in which it has local connections, and the pump that brings them up to date. The feed and the members
/// only leave notes; one flush at a time takes them all, makes each message once, and writes without waiting for anybody.
/// </summary>
internal sealed class Room : IPresenceObserver
{
    private readonly Lock _gate = new();
    private readonly RoomScheduler _scheduler;
    private readonly PresenceOptions _options;
    private readonly PresenceMetrics _metrics;
    private readonly HashSet<RoomMember> _members = [];
    private List<PresenceChange> _changes = [];
    private List<PresenceMessage> _events = [];
    private PresenceSnapshot? _reset;
    private RoomMember[]? _memberList;
    private RoomView _view;
    private bool _hasView;
    private bool _scheduled;
    private bool _flushing;

    public Room(string key, RoomScheduler scheduler, PresenceOptions options, PresenceMetrics metrics)
    {
        Key = key;
        _scheduler = scheduler;
        _options = options;
        _metrics = metrics;
        _view = RoomView.Of(PresenceSnapshot.Empty(key));
        Interval = options.BroadcastInterval;
    }

    public string Key { get; }

    /// <summary>The current distance between two flushes; only flushes change it.</summary>
    public TimeSpan Interval { get; private set; }

    /// <summary>When the last flush began, as a timestamp; null before the first.</summary>
    public long? LastFlush { get; private set; }

    public RoomMember Add(IConnectionWriter writer, Action? removed)
    {
        var member = new RoomMember(writer, Wake) { Removed = removed };
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
            _members.Remove(member);
            _memberList = null;
        }
    }

    /// <summary>The state for a member that asks for it: what its next diff starts from.</summary>
    public RoomMessage State(RoomMember member) => member.State(Volatile.Read(ref _view), _options.MaxPresencesSent);

    /// <summary>Takes a user's connections out whom the application has removed.</summary>
    public void Follow(PresenceChange removal) => Array.ForEach(Members(), member => member.Follow(removal.Presence));

    public void OnSnapshot(PresenceSnapshot snapshot)
    {
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
        lock (_gate)
        {
            _changes.Add(change);
        }

        Wake();
    }

    public void OnMessage(PresenceMessage message)
    {
        lock (_gate)
        {
            _events.Add(message);
        }

        Wake();
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

    /// <summary>Called by the scheduler, never twice at once.</summary>
    public void Flush()
    {
        List<PresenceChange> changes;
        List<PresenceMessage> events;
        PresenceSnapshot? reset;
        lock (_gate)
        {
            (_scheduled, _flushing) = (false, true);
            (changes, _changes) = (_changes, []);
            (events, _events) = (_events, []);
            (reset, _reset) = (_reset, null);
        }

        var started = _scheduler.Now;
        LastFlush = started;
        try
        {
            Deliver(reset, changes, events);
        }
        finally
        {
            Interval = FlushInterval.Next(Interval, _scheduler.Since(started), _options.BroadcastInterval);
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

    private void Deliver(PresenceSnapshot? reset, List<PresenceChange> changes, List<PresenceMessage> messages)
    {
        var before = _view;
        var (after, diff) = before.Advance(reset, changes, _options.MaxPresencesSent);

        // Whoever asks for a state from now on gets one that the diffs sent below lead to, or follow.
        Volatile.Write(ref _view, after);
        foreach (var removal in changes.Where(change => change is { Kind: PresenceChangeKind.Leave, Reason: PresenceChangeReason.Removed }))
        {
            Follow(removal);
        }

        var events = messages.ConvertAll(message => new RoomMessage(PresenceWire.EventTarget, PresenceWire.Event(Key, message)));
        var flush = new RoomFlush(before, after, diff, changes, events, _options.MaxPresencesSent);
        foreach (var member in Members())
        {
            Deliver(member, flush);
        }
    }

    private void Deliver(RoomMember member, RoomFlush flush)
    {
        try
        {
            var dropped = member.Deliver(flush);
            if (dropped > 0)
            {
                _metrics.EventsDropped(dropped);
            }
        }
        catch (Exception e)
        {
            // One member's trouble is its own: it gets a fresh state with the next flush.
            member.Reset();
            RoomLog.DeliveryFailed(_scheduler.Logger, e);
        }
    }

    private RoomMember[] Members()
    {
        lock (_gate)
        {
            return _memberList ??= [.. _members];
        }
    }
}
