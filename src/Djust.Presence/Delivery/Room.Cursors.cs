namespace Djust.Presence;

/// <content>The cursors of the room's connections, here and on other nodes.</content>
internal sealed partial class Room
{
    private readonly RoomCursors _cursors;
    private readonly CursorRelay _relay;

    /// <summary>Members that moved faster than they may, with what their newest move does once it may be taken.</summary>
    private readonly Dictionary<RoomMember, Action> _shed = [];

    public RoomCursors Cursors => _cursors;

    /// <summary>The group as clients have been told of it.</summary>
    public PresenceSnapshot Snapshot
    {
        get
        {
            lock (_gate)
            {
                return _view.Snapshot;
            }
        }
    }

    /// <summary>Somebody here wants to see cursors: other nodes are asked for theirs.</summary>
    public void AskForCursors()
    {
        if (_relay.IsNeeded)
        {
            _relay.Ask();
            Wake();
        }
    }

    /// <summary>Takes a move, or, where its connection moves faster than it may, keeps the newest until one may be taken again.</summary>
    /// <param name="member">Whose it is.</param>
    /// <param name="now">What the move does now.</param>
    /// <param name="later">What it does in a later flush.</param>
    /// <returns>What <paramref name="now"/> gave, or a task that is done.</returns>
    public Task ShedCursor(RoomMember member, Func<Task> now, Func<Task> later)
    {
        lock (_shed)
        {
            if (!member.Throttle.TryTake(_scheduler.Now, _scheduler.Time))
            {
                _shed[member] = () => _ = later();
                now = static () => Task.CompletedTask;
            }
            else if (_shed.Count > 0)
            {
                _shed.Remove(member);
            }
        }

        if (_shed.Count > 0)
        {
            Wake();
        }

        return now();
    }

    /// <summary>Notes where a member's cursor is.</summary>
    /// <returns>Whether the member tracks; one that only watches has no cursor.</returns>
    public bool MoveCursor(RoomMember member, CursorPoint point)
    {
        if (member.Self is not { } self)
        {
            return false;
        }

        _cursors.Move(self.Ref, point, self.UserId);
        if (Members().Length > 1 || _relay.IsNeeded)
        {
            Wake();
        }

        return true;
    }

    /// <summary>Ends the cursors of a user's connections on this node.</summary>
    /// <returns>Whether there were any.</returns>
    public bool EndCursors(string userId)
    {
        var ended = _cursors.EndOf(userId);
        if (ended)
        {
            Wake();
        }

        return ended;
    }

    /// <summary>Ends cursors that have not moved for long.</summary>
    public void ExpireCursors()
    {
        if (_cursors.Expire())
        {
            Wake();
        }
    }

    /// <summary>A connection that is no longer there has no cursor: it ends with the flush that says so.</summary>
    private void EndCursors(RoomView before, PresenceSnapshot? reset, List<PresenceChange> changes)
    {
        if (_cursors.IsEmpty)
        {
            return;
        }

        if (reset is not null)
        {
            var there = _view.Snapshot.Presences.SelectMany(presence => presence.Connections).Select(connection => connection.Ref).ToHashSet();
            _cursors.Keep(there.Contains);
            return;
        }

        foreach (var change in changes.Where(change => change.Kind is PresenceChangeKind.Leave or PresenceChangeKind.Connections or PresenceChangeKind.Update))
        {
            var after = _view.Snapshot.SameStay(change.Presence)?.Connections.Select(connection => connection.Ref) ?? [];
            foreach (var @ref in (before.Snapshot.SameStay(change.Presence) ?? change.Presence).Connections.Select(connection => connection.Ref).Except(after))
            {
                _cursors.End(@ref);
            }
        }
    }

    private CursorFrame? TakeFrame()
    {
        RetryShed();
        return _cursors.Take();
    }

    private void RetryShed()
    {
        List<Action> due = [];
        lock (_shed)
        {
            if (_shed.Count == 0)
            {
                return;
            }

            foreach (var (member, take) in _shed.Where(shed => shed.Key.Throttle.TryTake(_scheduler.Now, _scheduler.Time)).ToArray())
            {
                _shed.Remove(member);
                due.Add(take);
            }

            if (_shed.Count > 0)
            {
                Wake();
            }
        }

        due.ForEach(take => take());
    }

    private void Hear(PresenceMessage message)
    {
        if (CursorWire.Read(message.Payload) is not { } told || !_relay.IsForeign(told))
        {
            return;
        }

        if (told.Asks)
        {
            _relay.Again();
        }

        _cursors.Hear(told);
        Wake();
    }
}
