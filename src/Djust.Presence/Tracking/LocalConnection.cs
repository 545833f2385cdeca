using Microsoft.AspNetCore.SignalR;

namespace Djust.Presence;

/// <summary>
/// A connection of a presence hub on this node. What happens to it is done under its gate, one step at a time: so the end of a connection
/// waits for a track that is under way, and a track that comes after the end is refused. That leaves no moment for a ghost.
/// </summary>
internal sealed class LocalConnection(string id, PresenceHubDescriptor hub, IConnectionWriter writer, IGroupManager groups, ConnectionLimits limits, long now)
{
    private long _lastSeen = now;
    private Membership[] _joined = [];

    public string Id { get; } = id;

    public PresenceHubDescriptor Hub { get; } = hub;

    public IConnectionWriter Writer { get; } = writer;

    public IGroupManager Groups { get; } = groups;

    public ConnectionLimits Limits { get; } = limits;

    public SemaphoreSlim Gate { get; } = new(1, 1);

    public Dictionary<string, Membership> Memberships { get; } = new(0, StringComparer.Ordinal);

    /// <summary>The same memberships, for readers that do not wait for the gate: cursor moves come many times a second.</summary>
    public Membership[] Joined => Volatile.Read(ref _joined);

    /// <summary>Whether the client has been told that it moves a cursor where it does not track.</summary>
    public bool WasRefusedCursors { get; set; }

    /// <summary>Makes a change of <see cref="Memberships"/> visible to those readers.</summary>
    public void Publish() => Volatile.Write(ref _joined, [.. Memberships.Values]);

    /// <summary>Set when the connection has ended; nothing is tracked on it any more.</summary>
    public bool Closed { get; set; }

    /// <summary>Whether entries of it were taken out, or may have been swept, that must be there again once the client gives a sign of life.</summary>
    public bool NeedsReassert { get; set; }

    /// <summary>Whether every byte that the client sends moves <see cref="LastSeen"/>. Where it cannot, only SignalR's own timeout speaks for the client.</summary>
    public bool IsObserved { get; set; }

    /// <summary>When the client last gave a sign of life, as a timestamp of this node's clock.</summary>
    public long LastSeen => Volatile.Read(ref _lastSeen);

    public void Seen(long now) => Volatile.Write(ref _lastSeen, now);
}
