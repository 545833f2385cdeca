using Microsoft.Extensions.Options;

namespace Djust.Presence;

/// <summary>The rooms of this node. A room lives from the first local connection of its group to the last, and so does its subscription.</summary>
internal sealed class RoomRegistry
{
    private readonly IPresenceBackend _backend;
    private readonly RoomScheduler _scheduler;
    private readonly IOptions<PresenceOptions> _options;
    private readonly PresenceMetrics _metrics;
    private readonly PresenceNode _node;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Lease> _rooms = new(StringComparer.Ordinal);

    public RoomRegistry(IPresenceBackend backend, RoomScheduler scheduler, IOptions<PresenceOptions> options, PresenceMetrics metrics, PresenceNode node)
    {
        (_backend, _scheduler, _options, _metrics, _node) = (backend, scheduler, options, metrics, node);
        metrics.Observe(() => Count, () => Quiet);
    }

    /// <summary>How many rooms there are; for tests and diagnostics.</summary>
    internal int Count
    {
        get
        {
            lock (_gate)
            {
                return _rooms.Count;
            }
        }
    }

    /// <summary>All rooms.</summary>
    public IReadOnlyList<Room> All
    {
        get
        {
            lock (_gate)
            {
                return [.. _rooms.Values.Select(lease => lease.Room)];
            }
        }
    }

    /// <summary>How long the store has said nothing to any room; null where there is none.</summary>
    private TimeSpan? Quiet => All is { Count: > 0 } rooms ? _scheduler.Since(rooms.Max(room => room.LastHeard)) : null;

    /// <summary>The room of a key, if this node has one.</summary>
    public Room? Find(string key)
    {
        lock (_gate)
        {
            return _rooms.GetValueOrDefault(key)?.Room;
        }
    }

    /// <summary>The room of a key, subscribed to its group; each call is paired with one of <see cref="ReleaseAsync"/>.</summary>
    public async ValueTask<Room> AcquireAsync(string key)
    {
        Lease? lease;
        lock (_gate)
        {
            if (!_rooms.TryGetValue(key, out lease))
            {
                var room = new Room(key, _scheduler, _options.Value, _metrics, new CursorRelay(key, _backend, _node, _scheduler.Logger));
                _rooms.Add(key, lease = new Lease(room, new Lazy<Task<IAsyncDisposable>>(() => _backend.SubscribeAsync(key, room).AsTask())));
            }

            lease.Users++;
        }

        try
        {
            await lease.Subscription.Value;
            return lease.Room;
        }
        catch
        {
            Return(lease);
            throw;
        }
    }

    public async ValueTask ReleaseAsync(Room room)
    {
        Lease? lease;
        lock (_gate)
        {
            lease = _rooms.GetValueOrDefault(room.Key);
        }

        if (lease?.Room == room && Return(lease))
        {
            await (await lease.Subscription.Value).DisposeAsync();
        }
    }

    private bool Return(Lease lease)
    {
        lock (_gate)
        {
            return --lease.Users == 0 && _rooms.Remove(lease.Room.Key);
        }
    }

    private sealed class Lease(Room room, Lazy<Task<IAsyncDisposable>> subscription)
    {
        public Room Room { get; } = room;

        public Lazy<Task<IAsyncDisposable>> Subscription { get; } = subscription;

        public int Users { get; set; }
    }
}
