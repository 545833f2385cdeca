namespace Djust.Presence;

/// <summary>
/// A local connection in a room, and how far its client has been told. <see cref="Deliver"/> is called by one flush at a time.
/// A member whose last write has not finished is passed over; when it has, one net diff leads it from the view that it was told last to the
/// newest. So it holds at most that view, one message in flight, and events up to <see cref="MaxPendingEvents"/> and <see cref="MaxPendingBytes"/>.
/// </summary>
internal sealed class RoomMember(IConnectionWriter writer, Action wake)
{
    /// <summary>How many events wait for a slow connection; beyond, the oldest are dropped.</summary>
    public const int MaxPendingEvents = 1_024;

    /// <summary>How many bytes of events wait for a slow connection; beyond, the oldest are dropped. The newest always waits.</summary>
    public const int MaxPendingBytes = 2_000_000;

    private readonly Queue<RoomMessage> _pendingEvents = new(0);
    private long _pendingBytes;
    private Task? _inFlight;
    private RoomSelf? _toldSelf;
    private RoomView? _told;
    private string? _neededEpoch;
    private long _neededVersion;

    /// <summary>Who the connection is, or null while it only watches. Written by its owner, read by flushes.</summary>
    public RoomSelf? Self { get; private set; }

    /// <summary>Called when the application removed the member's user from the group.</summary>
    public Action? Removed { get; init; }

    /// <summary>The connection tracks from now on: it must not get a state that is older than its own join.</summary>
    public void Track(RoomSelf self, string epoch, long version)
    {
        (_neededEpoch, _neededVersion) = (epoch, version);
        Self = self;
    }

    /// <summary>The connection only watches from now on.</summary>
    public void Watch() => Self = null;

    /// <summary>Follows a leave that the application asked for, unless the connection has tracked anew since.</summary>
    public void Follow(Presence removed)
    {
        if (Self is { } self && self.UserId == removed.Id && removed.Connections.Any(connection => connection.Ref == self.Ref))
        {
            Self = null;
            Removed?.Invoke();
        }
    }

    /// <summary>Brings the client from where it is to the view after the flush.</summary>
    /// <returns>How many events were dropped.</returns>
    public int Deliver(RoomFlush flush)
    {
        if (_inFlight is { IsCompleted: false })
        {
            return Defer(flush.Events, 0);
        }

        _inFlight = null;
        var (self, after) = (Self, flush.After);
        if (_told?.Epoch != after.Epoch || self != _toldSelf)
        {
            if (self is not null && _neededEpoch == after.Epoch && after.Snapshot.Version < _neededVersion)
            {
                // Its own join has not come through the feed yet; the change that brings it flushes again.
                return 0;
            }

            (_told, _toldSelf) = (after, self);
            Write(flush.State(self));
        }
        else if (_told.Version != after.Version)
        {
            var diff = flush.DiffFrom(_told);
            _told = after;
            Write(diff);
        }

        return Send(flush.Events);
    }

    private int Send(IReadOnlyList<RoomMessage> events)
    {
        while (_inFlight is null && _pendingEvents.TryDequeue(out var pending))
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
        var dropped = 0;
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
}
