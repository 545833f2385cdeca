using Microsoft.AspNetCore.SignalR;

namespace Djust.Presence;

/// <summary>
/// A connection of a presence hub on this node. What happens to it is done in turn, one step at a time: so the end of a connection
/// waits for a track that is under way, and a track that comes after the end is refused. That leaves no moment for a ghost.
/// </summary>
internal sealed class LocalConnection(string id, PresenceHubDescriptor hub, IConnectionWriter writer, IGroupManager groups, ConnectionLimits limits, long now)
{
    private long _lastSeen = now;
    private Membership[] _memberships = [];
    private Task? _lastStep;

    public string Id { get; } = id;

    public PresenceHubDescriptor Hub { get; } = hub;

    public IConnectionWriter Writer { get; } = writer;

    public IGroupManager Groups { get; } = groups;

    public ConnectionLimits Limits { get; } = limits;

    /// <summary>The groups that it is in. Changed in turn only; read at any time: cursor moves come many times a second.</summary>
    public Membership[] Memberships => Volatile.Read(ref _memberships);

    /// <summary>Whether the client has been told that it moves a cursor where it does not track.</summary>
    public bool WasRefusedCursors { get; set; }

    /// <summary>Whether it has left a group by its own wish.</summary>
    public bool HasUntracked { get; set; }

    /// <summary>Set when the connection has ended; nothing is tracked on it any more.</summary>
    public bool Closed { get; set; }

    /// <summary>Whether entries of it were taken out, or may have been swept, that must be there again once the client gives a sign of life.</summary>
    public bool NeedsReassert { get; set; }

    /// <summary>Whether every byte that the client sends moves <see cref="LastSeen"/>. Where it cannot, only SignalR's own timeout speaks for the client.</summary>
    public bool IsObserved { get; set; }

    /// <summary>When the client last gave a sign of life, as a timestamp of this node's clock.</summary>
    public long LastSeen => Volatile.Read(ref _lastSeen);

    public void Seen(long now) => Volatile.Write(ref _lastSeen, now);

    /// <summary>The connection's part in a group, if it is in it.</summary>
    public Membership? Find(string key) => Array.Find(Memberships, membership => membership.Room.Key == key);

    public void Add(Membership membership) => Volatile.Write(ref _memberships, [.. _memberships, membership]);

    public void Remove(Membership membership) => Volatile.Write(ref _memberships, Array.FindAll(_memberships, other => other != membership));

    public void Clear() => Volatile.Write(ref _memberships, []);

    /// <summary>Does a step once all that were asked for before it are done. Who waits is kept only while there is somebody who waits.</summary>
    public async Task<T> InTurnAsync<T>(Func<Task<T>> step)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (Interlocked.Exchange(ref _lastStep, done.Task) is { } before)
        {
            await before;
        }

        try
        {
            return await step();
        }
        finally
        {
            done.SetResult();
            _ = Interlocked.CompareExchange(ref _lastStep, null, done.Task);
        }
    }
}
