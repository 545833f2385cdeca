using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace Djust.Presence.Backends.Memory;

/// <summary>
/// Presence in this process's memory: the default. Everything completes synchronously. Groups are independent of each other, and a group
/// without entries and observers leaves nothing behind.
/// </summary>
/// <param name="timeProvider">The store's clock: its timestamps decide liveness (a step of the wall clock does not), its UTC time says when somebody joined.</param>
public sealed class MemoryPresenceBackend(TimeProvider timeProvider) : IPresenceBackend
{
    private readonly ConcurrentDictionary<string, MemoryGroup> _groups = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, MemoryNode> _nodes = new(StringComparer.Ordinal);
    private readonly DeadlineQueue _deadlines = new();
    private readonly string _life = Random.Shared.Next(0x10000, 0xFFFFF).ToString("x", CultureInfo.InvariantCulture);
    private long _epochs;
    private long _generations;

    /// <summary>How many groups the store holds; for tests and diagnostics.</summary>
    internal int GroupCount => _groups.Count;

    private long Now => timeProvider.GetTimestamp();

    /// <summary>Whether several nodes of this process use it, as in tests.</summary>
    public bool IsShared => _nodes.Count > 1;

    /// <inheritdoc/>
    public ValueTask<PresenceCommit> JoinAsync(PresenceJoin join, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(join);
        return new(InGroup(join.Key, create: true, (Backend: this, Join: join), static (group, asked) => asked.Backend.Join(group, asked.Join)));
    }

    /// <inheritdoc/>
    public ValueTask<PresenceCommit> UpdateAsync(string key, PresenceTarget target, PresenceMeta meta, CancellationToken cancellationToken = default) =>
        new(InGroup(key, create: false, group =>
        {
            var entries = Resolve(group, target);
            entries.ForEach(entry => group.SetMeta(entry, meta));
            return Settle(group, entries, PresenceChangeReason.Requested);
        }));

    /// <inheritdoc/>
    public ValueTask<PresenceCommit> HoldAsync(string key, PresenceEntryId entry, CancellationToken cancellationToken = default) =>
        new(InGroup(key, create: false, group =>
        {
            if (group.Find(entry) is not { } found)
            {
                return new PresenceCommit(PresenceOutcome.NotFound);
            }

            var now = Now;
            if (Array.Exists(found.User.Entries, other => other != found && !other.Held && other.IsAlive(now)))
            {
                return Remove(group, [found], PresenceChangeReason.Disconnected);
            }

            found.Held = true;
            return Describe(group, found, null) with { Held = true };
        }));

    /// <inheritdoc/>
    public ValueTask<PresenceCommit> LeaveAsync(string key, PresenceTarget target, PresenceChangeReason reason, CancellationToken cancellationToken = default) =>
        new(InGroup(key, create: false, (Backend: this, Target: target, Reason: reason), static (group, asked) =>
            asked.Backend.Remove(group, Resolve(group, asked.Target), asked.Reason)));

    /// <inheritdoc/>
    public ValueTask<bool> HeartbeatAsync(string key, PresenceEntryId entry, TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        var commit = InGroup(key, create: false, group =>
        {
            var now = Now;
            if (group.Find(entry) is not { Node: null } found || !found.IsAlive(now))
            {
                return new PresenceCommit(PresenceOutcome.NotFound);
            }

            Schedule(group, found, timeout, now);
            return new PresenceCommit(PresenceOutcome.Unchanged);
        });
        return new(commit.Outcome == PresenceOutcome.Unchanged);
    }

    /// <inheritdoc/>
    public ValueTask<PresenceSnapshot> GetSnapshotAsync(string key, CancellationToken cancellationToken = default) =>
        new(_groups.TryGetValue(key, out var group) ? group.Read(Now) : PresenceSnapshot.Empty(key));

    /// <inheritdoc/>
    public ValueTask<IAsyncDisposable> SubscribeAsync(string key, IPresenceObserver observer, CancellationToken cancellationToken = default)
    {
        MemorySubscription? subscription = null;
        InGroup(key, create: true, group =>
        {
            group.Subscribe(subscription = new MemorySubscription(this, group, observer));
            return new PresenceCommit(PresenceOutcome.Unchanged);
        });
        return new(subscription!);
    }

    /// <inheritdoc/>
    public ValueTask PublishAsync(string key, PresenceMessage message, CancellationToken cancellationToken = default)
    {
        InGroup(key, create: false, group =>
        {
            group.Publish(message);
            return new PresenceCommit(PresenceOutcome.Unchanged);
        });
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<PresenceLease> RenewLeaseAsync(string nodeId, TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        var now = Now;
        MemoryNode node;
        long? generation;
        do
        {
            node = _nodes.GetOrAdd(nodeId, static id => new MemoryNode(id));
            generation = node.Renew(timeProvider.GetTimestamp, After(0, timeout), () => Interlocked.Increment(ref _generations));
        }
        while (generation is null);

        var next = Math.Min(_deadlines.Next(), _nodes.Values.Where(other => other != node).Select(other => other.LeaseEnd).DefaultIfEmpty(long.MaxValue).Min());
        TimeSpan? nextExpiry = next == long.MaxValue ? null : next <= now ? TimeSpan.Zero : timeProvider.GetElapsedTime(now, next);
        return new(new PresenceLease(generation.Value, nextExpiry));
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<PresenceChange> ReleaseNodeAsync(string nodeId, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        if (!_nodes.TryGetValue(nodeId, out var node))
        {
            yield break;
        }

        node.End();
        await Task.CompletedTask;
        foreach (var change in RemoveEntriesOf(node, cancellationToken))
        {
            yield return change;
        }

        Forget(node, long.MinValue);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<PresenceChange> SweepAsync(bool full, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        // A full sweep looks at no more: in memory everything that can be due is known.
        await Task.CompletedTask;
        foreach (var due in _deadlines.Due(Now).GroupBy(entry => entry.User.Group))
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (var change in RemoveDead(due.Key, due, PresenceChangeReason.Expired))
            {
                yield return change;
            }
        }

        foreach (var node in _nodes.Values.Where(node => !node.IsAlive(Now)))
        {
            var leaseEnd = node.LeaseEnd;
            foreach (var change in RemoveEntriesOf(node, cancellationToken))
            {
                yield return change;
            }

            Forget(node, leaseEnd);
        }
    }

    internal void Unsubscribe(MemoryGroup group, MemorySubscription subscription)
    {
        lock (group.Gate)
        {
            group.Unsubscribe(subscription);
            DropIfEmpty(group);
        }
    }

    private PresenceCommit Join(MemoryGroup group, PresenceJoin join)
    {
        var now = Now;
        MemoryNode? node = null;
        if (join.Timeout is null && !(_nodes.TryGetValue(join.Entry.NodeId, out node) && node.IsAlive(now)))
        {
            return new PresenceCommit(PresenceOutcome.LeaseLost);
        }

        var user = group.FindUser(join.UserId);
        var keepMeta = join.KeepMeta;
        if (group.Find(join.Entry) is { } entry)
        {
            if (entry.User.Id != join.UserId)
            {
                throw new ArgumentException("This entry belongs to another user; leave it first.", nameof(join));
            }

            entry.Held = false;
        }
        else if (node is not null && user is not null && Array.Find(user.Entries, other => other.Held) is { } held)
        {
            group.Move(held, join.Entry, node);
            entry = held;
        }
        else if (user?.Entries.Count(other => !other.Held && other.IsAlive(now)) >= join.MaxConnectionsPerUser)
        {
            return new PresenceCommit(PresenceOutcome.TooManyConnections);
        }
        else
        {
            keepMeta = true;
            entry = group.AddEntry(user ?? group.AddUser(join.UserId, timeProvider.GetUtcNow()), join.Entry, join.Meta, node);
        }

        entry.Hub = join.Hub;
        if (!keepMeta)
        {
            group.SetMeta(entry, join.Meta);
        }

        if (join.Timeout is { } timeout)
        {
            Schedule(group, entry, timeout, now);
        }

        return Describe(group, entry, group.Settle(entry.User, PresenceChangeReason.Requested, entry.Hub));
    }

    private PresenceCommit Remove(MemoryGroup group, List<MemoryEntry> entries, PresenceChangeReason reason)
    {
        foreach (var entry in entries)
        {
            group.Remove(entry);
            if (entry.Node is null)
            {
                _deadlines.Remove(entry);
            }
        }

        return Settle(group, entries, reason);
    }

    private static PresenceCommit Settle(MemoryGroup group, List<MemoryEntry> entries, PresenceChangeReason reason)
    {
        if (entries.Count == 0)
        {
            return new PresenceCommit(PresenceOutcome.NotFound);
        }

        var last = entries[^1];
        return Describe(group, last, group.Settle(last.User, reason, last.Hub));
    }

    private static PresenceCommit Describe(MemoryGroup group, MemoryEntry entry, PresenceChange? change) =>
        new(change is null ? PresenceOutcome.Unchanged : PresenceOutcome.Changed)
        {
            Change = change,
            Presence = change?.Presence ?? entry.User.Shown,
            Ref = entry.Ref,
            Epoch = group.Epoch,
            Version = group.Version,
        };

    private static List<MemoryEntry> Resolve(MemoryGroup group, PresenceTarget target) => target switch
    {
        { Entry: { } id } => group.Find(id) is { } entry ? [entry] : [],
        { UserId: { } userId } => group.FindUser(userId) is { } user ? [.. user.Entries] : [],
        _ => [],
    };

    private void Forget(MemoryNode node, long leaseEnd)
    {
        if (node.TryRemove(leaseEnd))
        {
            _nodes.TryRemove(KeyValuePair.Create(node.Id, node));
        }
    }

    private IEnumerable<PresenceChange> RemoveEntriesOf(MemoryNode node, CancellationToken cancellationToken)
    {
        foreach (var group in _groups.Values)
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (var change in RemoveDead(group, null, PresenceChangeReason.NodeLost, node))
            {
                yield return change;
            }
        }
    }

    /// <summary>Removes entries that are still in the group and still dead when its lock is held; one change for each user.</summary>
    private List<PresenceChange> RemoveDead(MemoryGroup group, IEnumerable<MemoryEntry>? candidates, PresenceChangeReason reason, MemoryNode? node = null)
    {
        var changes = new List<PresenceChange>();
        lock (group.Gate)
        {
            var now = Now;
            var dead = (candidates ?? group.EntriesOf(node!)).Where(entry => group.Find(entry.Id) == entry && !entry.IsAlive(now));
            foreach (var ofUser in dead.GroupBy(entry => entry.User).ToList())
            {
                if (Remove(group, [.. ofUser], reason).Change is { } change)
                {
                    changes.Add(change);
                }
            }

            DropIfEmpty(group);
        }

        return changes;
    }

    private void Schedule(MemoryGroup group, MemoryEntry entry, TimeSpan timeout, long now)
    {
        var deadline = After(now, timeout);
        _deadlines.Add(entry, timeout, deadline);
        group.NoteDeadline(deadline);
    }

    private long After(long now, TimeSpan timeout) => now + (long)(timeout.TotalSeconds * timeProvider.TimestampFrequency);

    private PresenceCommit InGroup(string key, bool create, Func<MemoryGroup, PresenceCommit> action) =>
        InGroup(key, create, action, static (group, action) => action(group));

    /// <param name="key">The presence key.</param>
    /// <param name="create">Whether a group that is not there is made.</param>
    /// <param name="asked">What the action is given, so that it need be made only once.</param>
    /// <param name="action">What is done under the group's lock.</param>
    private PresenceCommit InGroup<TAsked>(string key, bool create, TAsked asked, Func<MemoryGroup, TAsked, PresenceCommit> action)
    {
        while (true)
        {
            if (!_groups.TryGetValue(key, out var group))
            {
                if (!create)
                {
                    return new PresenceCommit(PresenceOutcome.NotFound);
                }

                group = _groups.GetOrAdd(key, static (name, backend) => new MemoryGroup(name, backend.NewEpoch()), this);
            }

            lock (group.Gate)
            {
                if (group.Removed)
                {
                    continue;
                }

                var commit = action(group, asked);
                DropIfEmpty(group);
                return commit;
            }
        }
    }

    private void DropIfEmpty(MemoryGroup group)
    {
        if (group.IsEmpty && !group.Removed)
        {
            group.Removed = true;
            _groups.TryRemove(KeyValuePair.Create(group.Key, group));
        }
    }

    private string NewEpoch() => _life + Interlocked.Increment(ref _epochs).ToString("x", CultureInfo.InvariantCulture);
}
