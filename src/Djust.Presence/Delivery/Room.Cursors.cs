namespace Djust.Presence;

/// <content>The cursors of the room's connections, here and on other nodes.</content>
internal sealed partial class Room
{
    private readonly RoomCursors _cursors;
    private readonly CursorRelay _relay;

    /// <summary>Members that moved faster than they may, with what their newest move does once it may be taken.</summary>
    private readonly Dictionary<RoomMember, Func<Task>> _shed = [];

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
    public Task ShedCursor(RoomMember member, Func<Task>? now, Func<Task> later)
    {
        lock (_shed)
        {
            if (!member.IsMoving && member.TryMove(_scheduler.Time))
            {
                _shed.Remove(member);
            }
            else
            {
                // Also while an older one is handled: the newest must be the last.
                _shed[member] = later;
                now = null;
            }
        }

        if (now is null)
        {
            Wake();
        }

        return now?.Invoke() ?? Task.CompletedTask;
    }

    /// <summary>Notes where a member's cursor is.</summary>
    /// <returns>Whether the member has a cursor; one that only watches, or that may not show one, has none.</returns>
    public bool MoveCursor(RoomMember member, CursorPoint point)
    {
        if (member.Mover is not { } self)
        {
            return false;
        }

        _cursors.Move(self.Ref, point, self.UserId);
        if (member.Mover != self)
        {
            // It has left meanwhile, or may no longer, and the flush that says so may have been before the move.
            _cursors.End(self.Ref);
            Wake();
            return false;
        }

        if (Members().Length > 1 || _relay.IsNeeded)
        {
            Wake();
        }

        return true;
    }

    /// <summary>Says whether a member may show a cursor. One that may not has none, also where it was shown before.</summary>
    public void AllowCursor(RoomMember member, bool allowed)
    {
        member.IsWithoutCursor = !allowed;
        if (!allowed && member.Self is { } self && _cursors.End(self.Ref))
        {
            Wake();
        }
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
        if (_cursors.Expire(Members().Select(member => member.ToldFrame).Where(told => told > 0).DefaultIfEmpty(long.MaxValue).Min()))
        {
            Wake();
        }
    }

    /// <summary>A connection that is no longer there has no cursor: it ends with the flush that says so.</summary>
    private void EndCursors(Taken taken)
    {
        if (_cursors.IsEmpty)
        {
            return;
        }

        var after = taken.Flush.After.Snapshot;
        if (taken.Reset is not null)
        {
            var owners = new Dictionary<int, string>();
            foreach (var presence in after.Presences)
            {
                foreach (var connection in presence.Connections)
                {
                    owners[connection.Ref] = presence.Id;
                }
            }

            _cursors.Keep(owners);
            return;
        }

        foreach (var change in taken.Changes)
        {
            // Those that came and went between two flushes are in neither view.
            var were = (taken.Before.Snapshot.SameStay(change.Presence)?.Connections ?? []).Concat(change.Presence.Connections).Select(connection => connection.Ref);
            foreach (var @ref in were.Except(after.SameStay(change.Presence)?.Connections.Select(connection => connection.Ref) ?? []))
            {
                _cursors.End(@ref);
            }
        }
    }

    /// <summary>A connection that has ended moves nothing any more. Its cursor stays until its user's leave says so: a reload brings it back.</summary>
    private void HoldCursor(RoomMember member)
    {
        member.Leaves = true;
        lock (_shed)
        {
            _shed.Remove(member);
        }

        if (member.Self is { } self)
        {
            _cursors.Hold(self.Ref);
        }
    }

    private CursorFrame? TakeFrame()
    {
        RetryShed();
        return _cursors.Take();
    }

    private void RetryShed()
    {
        List<(RoomMember Member, Func<Task> Take)> due = [];
        lock (_shed)
        {
            if (_shed.Count == 0)
            {
                return;
            }

            foreach (var (member, take) in _shed.Where(shed => !shed.Key.IsMoving && shed.Key.TryMove(_scheduler.Time)).ToArray())
            {
                _shed.Remove(member);
                member.IsMoving = true;
                due.Add((member, take));
            }

            if (_shed.Count > 0)
            {
                Wake();
            }
        }

        due.ForEach(shed => _ = TakeShedAsync(shed.Member, shed.Take));
    }

    private async Task TakeShedAsync(RoomMember member, Func<Task> take)
    {
        try
        {
            await take();
        }
        catch (Exception e)
        {
            CursorLog.HandlingFailed(_scheduler.Logger, new LoggedException(e));
        }

        lock (_shed)
        {
            member.IsMoving = false;
        }
    }

    private void Hear(PresenceMessage message)
    {
        if (CursorWire.Read(message.Payload) is not { } told)
        {
            if (RevocationMessage.Read(message.Payload) is { } userId)
            {
                Revoke(userId);
            }

            return;
        }

        if (!_relay.IsForeign(told))
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
