namespace Djust.Presence.Backends.Memory;

/// <summary>
/// The entries of one group. All members but <see cref="Read"/> are called under <see cref="Gate"/>.
/// A change costs O(1); the snapshot is built when somebody reads and brought up to date from the changes since.
/// </summary>
internal sealed class MemoryGroup(string key, string epoch)
{
    private readonly Dictionary<PresenceEntryId, MemoryEntry> _entries = [];
    private readonly Dictionary<string, MemoryUser> _users = new(StringComparer.Ordinal);
    private readonly Dictionary<MemoryNode, int> _entriesOfNode = [];
    private readonly List<PresenceChange> _sinceSnapshot = [];
    private MemorySubscription[] _subscriptions = [];
    private MemoryNode[] _nodes = [];
    private PresenceSnapshot? _snapshot;
    private PresenceSnapshot? _current;
    private long _earliestDeadline = long.MaxValue;
    private long _lastJoin = long.MinValue;
    private long _metaStamp;
    private int _lastRef;

    public Lock Gate { get; } = new();

    public string Key { get; } = key;

    public string Epoch { get; } = epoch;

    public long Version { get; private set; }

    /// <summary>Set when the group was taken out of the store: whoever waited for its lock must look it up again.</summary>
    public bool Removed { get; set; }

    public bool IsEmpty => _entries.Count == 0 && _subscriptions.Length == 0;

    public MemoryEntry? Find(PresenceEntryId id) => _entries.GetValueOrDefault(id);

    public MemoryUser? FindUser(string id) => _users.GetValueOrDefault(id);

    public MemoryUser AddUser(string id, DateTimeOffset now)
    {
        // Whole milliseconds, as on the wire, and never backwards: the order of the list is the order that clients can see.
        _lastJoin = Math.Max(_lastJoin, now.ToUnixTimeMilliseconds());
        var user = new MemoryUser(this, id, DateTimeOffset.FromUnixTimeMilliseconds(_lastJoin));
        _users.Add(id, user);
        return user;
    }

    public MemoryEntry AddEntry(MemoryUser user, PresenceEntryId id, PresenceMeta meta, MemoryNode? node)
    {
        var entry = new MemoryEntry(id, user, ++_lastRef) { Meta = meta, MetaStamp = ++_metaStamp };
        _entries.Add(id, entry);
        user.Add(entry);
        Own(entry, node);
        return entry;
    }

    /// <summary>What is written last is the user's, even where the entry had it before.</summary>
    public void SetMeta(MemoryEntry entry, PresenceMeta meta)
    {
        entry.Meta = meta;
        entry.MetaStamp = ++_metaStamp;
    }

    /// <summary>Gives an entry to another connection, with its ref.</summary>
    public void Move(MemoryEntry entry, PresenceEntryId id, MemoryNode? node)
    {
        _entries.Remove(entry.Id);
        Disown(entry);
        entry.Id = id;
        entry.Held = false;
        _entries.Add(id, entry);
        Own(entry, node);
    }

    public void Remove(MemoryEntry entry)
    {
        _entries.Remove(entry.Id);
        entry.User.Remove(entry);
        Disown(entry);
    }

    public List<MemoryEntry> EntriesOf(MemoryNode node) =>
        _entriesOfNode.ContainsKey(node) ? [.. _entries.Values.Where(entry => entry.Node == node)] : [];

    public void NoteDeadline(long deadline) => Volatile.Write(ref _earliestDeadline, Math.Min(_earliestDeadline, deadline));

    /// <summary>Compares what a user's entries now say with what observers were told, and commits the difference, if any.</summary>
    public PresenceChange? Settle(MemoryUser user, PresenceChangeReason reason, string? hub)
    {
        var shown = user.Shown;
        if (user.Entries.Length == 0)
        {
            _users.Remove(user.Id);
            return shown is null ? null : Commit(PresenceChangeKind.Leave, shown, reason, hub);
        }

        var now = user.Derive(Key);
        if (shown is not null && Presence.LooksSame(shown, now))
        {
            return null;
        }

        user.Shown = now;
        var kind = shown is null ? PresenceChangeKind.Join
            : shown.Meta.Equals(now.Meta) ? PresenceChangeKind.Connections
            : PresenceChangeKind.Update;
        return Commit(kind, now, reason, hub);
    }

    public void Publish(PresenceMessage message)
    {
        foreach (var subscription in _subscriptions)
        {
            subscription.Observer.OnMessage(message);
        }
    }

    public void Subscribe(MemorySubscription subscription)
    {
        _subscriptions = [.. _subscriptions, subscription];
        subscription.Observer.OnSnapshot(Current());
    }

    public void Unsubscribe(MemorySubscription subscription) =>
        _subscriptions = [.. _subscriptions.Where(other => other != subscription)];

    /// <summary>The truth at <paramref name="now"/>, without a lock where nothing has changed since the last reading and every owner is alive.</summary>
    public PresenceSnapshot Read(long now)
    {
        // Looked at twice: a sweep in between takes out both the dead node and the entries that this snapshot still has.
        if (Volatile.Read(ref _current) is { } current && AllAlive(now) && Volatile.Read(ref _current) == current)
        {
            return current;
        }

        lock (Gate)
        {
            if (_earliestDeadline <= now)
            {
                // A lower bound that heartbeats have left behind: looked at anew once it has passed, not with each reading.
                var deadlines = _entries.Values.Where(entry => entry.Node is null).Select(entry => entry.Deadline);
                Volatile.Write(ref _earliestDeadline, deadlines.DefaultIfEmpty(long.MaxValue).Min());
            }

            return AllAlive(now) ? Current() : Alive(now);
        }
    }

    private bool AllAlive(long now)
    {
        foreach (var node in Volatile.Read(ref _nodes))
        {
            if (!node.IsAlive(now))
            {
                return false;
            }
        }

        return Volatile.Read(ref _earliestDeadline) > now;
    }

    /// <summary>What observers were told so far.</summary>
    private PresenceSnapshot Current()
    {
        var snapshot = _snapshot ?? PresenceSnapshot.Create(Key, Epoch, Version, _users.Values.Select(user => user.Shown!));
        foreach (var change in _sinceSnapshot)
        {
            snapshot = snapshot.Apply(change);
        }

        _sinceSnapshot.Clear();
        _snapshot = snapshot;
        Volatile.Write(ref _current, snapshot);
        return snapshot;
    }

    private PresenceSnapshot Alive(long now)
    {
        var alive = new List<Presence>();
        foreach (var user in _users.Values)
        {
            var entries = Array.FindAll(user.Entries, entry => entry.IsAlive(now));
            if (entries.Length > 0)
            {
                alive.Add(entries.Length == user.Entries.Length ? user.Shown! : user.Derive(Key, entries));
            }
        }

        return PresenceSnapshot.Create(Key, Epoch, Version, alive);
    }

    private PresenceChange Commit(PresenceChangeKind kind, Presence presence, PresenceChangeReason reason, string? hub)
    {
        var change = new PresenceChange { Key = Key, Epoch = Epoch, Version = ++Version, Kind = kind, Presence = presence, Reason = reason, Hub = hub };
        Volatile.Write(ref _current, null);
        if (_snapshot is not null)
        {
            _sinceSnapshot.Add(change);
            if (_sinceSnapshot.Count > 64 + (_users.Count / 4))
            {
                // Nobody has read for long: building anew will be cheaper than catching up, and keeps no history.
                _snapshot = null;
                _sinceSnapshot.Clear();
            }
        }

        foreach (var subscription in _subscriptions)
        {
            subscription.Observer.OnChange(change);
        }

        return change;
    }

    private void Own(MemoryEntry entry, MemoryNode? node)
    {
        entry.Node = node;
        if (node is not null)
        {
            _entriesOfNode[node] = _entriesOfNode.GetValueOrDefault(node) + 1;
            RefreshNodes();
        }
    }

    private void Disown(MemoryEntry entry)
    {
        if (entry.Node is { } node && --System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrNullRef(_entriesOfNode, node) == 0)
        {
            _entriesOfNode.Remove(node);
            RefreshNodes();
        }
    }

    private void RefreshNodes()
    {
        if (_nodes.Length != _entriesOfNode.Count)
        {
            Volatile.Write(ref _nodes, [.. _entriesOfNode.Keys]);
        }
    }
}
