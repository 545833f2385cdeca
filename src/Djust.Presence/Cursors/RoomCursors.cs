using System.Text.Json;

namespace Djust.Presence;

/// <summary>
/// The cursors in a room: the newest position of each connection, and which frame it is in. Moves only leave a note; a flush takes all that
/// waits as one frame. Safe for use by several threads; does no I/O.
/// </summary>
internal sealed class RoomCursors(string key, TimeProvider time, TimeSpan timeout)
{
    /// <summary>How many timeouts a cursor of another node, which says itself when it ends, lives here without news.</summary>
    private const int RemotePatience = 2;

    private readonly Lock _gate = new();
    private readonly byte[] _key = JsonSerializer.SerializeToUtf8Bytes(key);
    private readonly Dictionary<int, RoomCursor> _cursors = [];
    private readonly List<RoomCursor> _waiting = [];
    private readonly List<(int Ref, long Frame, long At, bool IsLocal)> _gone = [];
    private int _goneWaiting;
    private long _frame;

    /// <summary>The number of the last frame.</summary>
    public long Frame
    {
        get
        {
            lock (_gate)
            {
                return _frame;
            }
        }
    }

    /// <summary>Whether there are cursors.</summary>
    public bool IsEmpty
    {
        get
        {
            lock (_gate)
            {
                return _cursors.Count == 0;
            }
        }
    }

    /// <summary>Notes where a cursor is.</summary>
    /// <param name="ref">Whose connection it is.</param>
    /// <param name="point">Where.</param>
    /// <param name="userId">The connection's user, or null for a connection of another node.</param>
    public void Move(int @ref, CursorPoint point, string? userId)
    {
        lock (_gate)
        {
            if (!_cursors.TryGetValue(@ref, out var cursor))
            {
                _cursors.Add(@ref, cursor = new RoomCursor(@ref));
            }

            (cursor.Point, cursor.UserId, cursor.MovedAt, cursor.At) = (point, userId, time.GetTimestamp(), time.GetUtcNow());
            if (!cursor.IsWaiting)
            {
                cursor.IsWaiting = true;
                _waiting.Add(cursor);
            }
        }
    }

    /// <summary>Ends a cursor.</summary>
    /// <returns>Whether there was one.</returns>
    public bool End(int @ref)
    {
        lock (_gate)
        {
            if (!_cursors.Remove(@ref, out var cursor))
            {
                return false;
            }

            _waiting.Remove(cursor);
            _gone.Add((@ref, _frame + 1, time.GetTimestamp(), cursor.UserId is not null));
            _goneWaiting++;
            return true;
        }
    }

    /// <summary>Ends the cursors of a user's connections on this node.</summary>
    /// <returns>Whether there were any.</returns>
    public bool EndOf(string userId)
    {
        lock (_gate)
        {
            int[] refs = [.. _cursors.Values.Where(cursor => cursor.UserId == userId).Select(cursor => cursor.Ref)];
            Array.ForEach(refs, @ref => End(@ref));
            return refs.Length > 0;
        }
    }

    /// <summary>Ends what has not moved for the timeout.</summary>
    /// <returns>Whether there was something.</returns>
    public bool Expire()
    {
        lock (_gate)
        {
            var before = _goneWaiting;
            foreach (var cursor in _cursors.Values.Where(cursor => time.GetElapsedTime(cursor.MovedAt) >= (cursor.UserId is null ? timeout * RemotePatience : timeout)).ToArray())
            {
                End(cursor.Ref);
            }

            _gone.RemoveAll(gone => gone.Frame <= _frame && time.GetElapsedTime(gone.At) > timeout * RemotePatience);
            return _goneWaiting > before;
        }
    }

    /// <summary>Ends the cursors whose connections are not among those that are there.</summary>
    public void Keep(Func<int, bool> isThere)
    {
        lock (_gate)
        {
            foreach (var @ref in _cursors.Keys.Where(@ref => !isThere(@ref)).ToArray())
            {
                End(@ref);
            }
        }
    }

    /// <summary>Takes what moved and ended since the last frame.</summary>
    /// <returns>The frame, or null where nothing did.</returns>
    public CursorFrame? Take()
    {
        lock (_gate)
        {
            if (_waiting.Count == 0 && _goneWaiting == 0)
            {
                return null;
            }

            _frame++;
            foreach (var cursor in _waiting)
            {
                (cursor.Frame, cursor.IsWaiting) = (_frame, false);
            }

            var frame = new CursorFrame(_key, _frame, _waiting, GoneSince(_frame - 1));
            _waiting.Clear();
            _goneWaiting = 0;
            return frame;
        }
    }

    /// <summary>All that a receiver has missed who was passed over.</summary>
    /// <param name="frame">The last frame that it was sent; 0 for none.</param>
    public CursorFrame Since(long frame)
    {
        lock (_gate)
        {
            return new CursorFrame(_key, _frame, [.. _cursors.Values.Where(cursor => cursor.Frame > frame)], frame == 0 ? [] : GoneSince(frame));
        }
    }

    /// <summary>What this node has to tell others.</summary>
    /// <param name="nodeId">This node.</param>
    /// <param name="asks">Whether it asks them to tell all that they have.</param>
    /// <param name="frame">The last frame that they were told.</param>
    /// <returns>The message, or null where there is nothing.</returns>
    public byte[]? Tell(string nodeId, bool asks, long frame)
    {
        lock (_gate)
        {
            RoomCursor[] moves = [.. _cursors.Values.Where(cursor => cursor.UserId is not null && cursor.Frame > frame)];
            int[] gone = [.. _gone.Where(gone => gone.IsLocal && gone.Frame > frame && gone.Frame <= _frame && !_cursors.ContainsKey(gone.Ref)).Select(gone => gone.Ref).Distinct()];
            return moves.Length == 0 && gone.Length == 0 && !asks ? null : CursorWire.Message(nodeId, asks, moves, gone);
        }
    }

    /// <summary>Takes what another node told.</summary>
    public void Hear(CursorMessage message)
    {
        lock (_gate)
        {
            for (var i = 0; i < message.Moves!.Length; i += 3)
            {
                var @ref = (int)message.Moves[i];
                if (_cursors.GetValueOrDefault(@ref)?.UserId is null)
                {
                    Move(@ref, new CursorPoint(message.Moves[i + 1], message.Moves[i + 2]), null);
                }
            }

            foreach (var @ref in message.Gone!.Where(@ref => _cursors.GetValueOrDefault(@ref) is { UserId: null }))
            {
                End(@ref);
            }
        }
    }

    /// <summary>The newest position of each user of this node.</summary>
    public IReadOnlyList<(string UserId, CursorPoint Point, DateTimeOffset At)> Local()
    {
        lock (_gate)
        {
            return
            [
                .. _cursors.Values.Where(cursor => cursor.UserId is not null && time.GetElapsedTime(cursor.MovedAt) < timeout)
                    .GroupBy(cursor => cursor.UserId!, StringComparer.Ordinal)
                    .Select(user => user.MaxBy(cursor => cursor.MovedAt)!)
                    .Select(cursor => (cursor.UserId!, cursor.Point, cursor.At)),
            ];
        }
    }

    private int[] GoneSince(long frame) =>
        [.. _gone.Where(gone => gone.Frame > frame && gone.Frame <= _frame && !_cursors.ContainsKey(gone.Ref)).Select(gone => gone.Ref).Distinct()];
}
