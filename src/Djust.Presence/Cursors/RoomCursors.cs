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

    /// <summary>How many ends are kept for a receiver that is behind; beyond, the oldest are forgotten.</summary>
    private const int MaxGone = 10_000;

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

            (cursor.Point, cursor.UserId, cursor.IsHeld, cursor.MovedAt, cursor.At) = (point, userId, false, time.GetTimestamp(), time.GetUtcNow());
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
            _gone.Add((@ref, _frame + 1, time.GetTimestamp(), cursor.IsLocal));
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

    /// <summary>A connection has ended whose user may come back, and then has the same ref, here or on another node.</summary>
    public void Hold(int @ref)
    {
        lock (_gate)
        {
            if (_cursors.TryGetValue(@ref, out var cursor))
            {
                cursor.IsHeld = true;
            }
        }
    }

    /// <summary>Ends what has not moved for the timeout.</summary>
    /// <param name="told">The last frame that every receiver has been sent: what ended after it is kept for those who are behind.</param>
    /// <returns>Whether there was something.</returns>
    public bool Expire(long told)
    {
        lock (_gate)
        {
            var before = _goneWaiting;
            foreach (var cursor in _cursors.Values.Where(cursor => time.GetElapsedTime(cursor.MovedAt) >= (cursor.UserId is null ? timeout * RemotePatience : timeout)).ToArray())
            {
                End(cursor.Ref);
            }

            _gone.RemoveAll(gone => gone.Frame <= Math.Min(_frame, told) && time.GetElapsedTime(gone.At) > timeout * RemotePatience);
            _gone.RemoveRange(0, Math.Max(0, _gone.Count - MaxGone));
            return _goneWaiting > before;
        }
    }

    /// <summary>Ends the cursors whose connections are not among those that are there. A store that lost its memory gives the same refs to others.</summary>
    /// <param name="owners">The user of each ref that is there.</param>
    public void Keep(IReadOnlyDictionary<int, string> owners)
    {
        lock (_gate)
        {
            foreach (var cursor in _cursors.Values.Where(cursor => !owners.TryGetValue(cursor.Ref, out var owner) || (cursor.UserId ?? owner) != owner).ToArray())
            {
                End(cursor.Ref);
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
            RoomCursor[] moves = [.. _cursors.Values.Where(cursor => cursor.IsLocal && cursor.Frame > frame)];
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
                if (_cursors.GetValueOrDefault(@ref) is not { IsLocal: true })
                {
                    Move(@ref, new CursorPoint(message.Moves[i + 1], message.Moves[i + 2]), null);
                }
            }

            foreach (var @ref in message.Gone!.Where(@ref => _cursors.GetValueOrDefault(@ref) is { IsLocal: false }))
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
