using System.Globalization;

namespace Djust.Presence;

/// <content>Requests while the store is away: carried out on the node's own view, and told to the store when it is back.</content>
internal sealed partial class GroupReplica
{
    /// <summary>Refs given in the store's absence are spread, so that two nodes rarely give the same; the store has the last word.</summary>
    private const int RefSpread = 1_000;

    public PresenceCommit Join(PresenceJoin join, DateTimeOffset now, long? deadline)
    {
        if (Own.TryGet(join.Entry, out var own) && own.UserId != join.UserId)
        {
            throw OtherUser(nameof(join));
        }

        var isNew = own is null || own.Ref == 0;
        if (isNew && join.Timeout is null && Own.Of(join.UserId).FirstOrDefault(other => other.Held) is { } held)
        {
            Own.Remove(held.Id);
            _gone[held.Id] = new GoneEntry(held, PresenceChangeReason.Disconnected, null, held.Epoch is not null);
            own = new OwnEntry(join.Entry, join.UserId) { Ref = held.Ref, JoinedAt = held.JoinedAt, Stamp = held.Stamp, Meta = held.Meta };
            isNew = false;
        }
        else if (isNew)
        {
            Local();
            var entries = Derive(join.UserId)?.Entries.Length ?? 0;
            if (entries - Own.Of(join.UserId).Count(other => other.Held) >= join.MaxConnectionsPerUser)
            {
                return new PresenceCommit(PresenceOutcome.TooManyConnections);
            }

            own = new OwnEntry(join.Entry, join.UserId) { Ref = NextRef(), JoinedAt = State?.Find(join.UserId)?.JoinedAt ?? Whole(now) };
        }

        own!.Hub = join.Hub;
        own.Held = false;
        own.Deadline = deadline;
        if (isNew || !join.KeepMeta)
        {
            Write(own, join.Meta);
        }

        own.Revision++;
        if (_gone.Remove(join.Entry, out var gone) && gone is { Own: { } earlier, IsKnown: true } && earlier.Ref != own.Ref)
        {
            // For a store that has lost its memory the same connection is two entries.
            _gone[new PresenceEntryId("\u0001" + earlier.Ref.ToString(CultureInfo.InvariantCulture), join.Entry.NodeId)] = gone with { Before = null };
        }

        Own.Set(own);
        return Show(own, PresenceChangeReason.Requested);
    }

    public PresenceCommit Update(PresenceTarget target, PresenceMeta meta)
    {
        var own = Resolve(target);
        foreach (var entry in own)
        {
            Write(entry, meta);
            entry.Revision++;
        }

        if (target.UserId is { } userId && Local() is not null && Derive(userId) is not null)
        {
            _pending.Add(new PendingRequest(userId, meta, PresenceChangeReason.Requested, []));
            Show(userId, PresenceChangeReason.Requested, null);
            return Describe(userId, 0);
        }

        return own.Count == 0 ? new PresenceCommit(PresenceOutcome.NotFound) : Show(own[^1], PresenceChangeReason.Requested);
    }

    public PresenceCommit Hold(PresenceEntryId id)
    {
        if (!Own.TryGet(id, out var own) || own.Ref == 0)
        {
            return new PresenceCommit(PresenceOutcome.NotFound);
        }

        Local();
        var others = (Derive(own.UserId)?.Entries.Length ?? 0) - Own.Of(own.UserId).Count(entry => entry == own || entry.Held);
        if (others > 0)
        {
            return Leave(PresenceTarget.Of(id), PresenceChangeReason.Disconnected);
        }

        own.Held = true;
        own.Revision++;
        return Show(own, PresenceChangeReason.Disconnected) with { Held = true };
    }

    /// <param name="target">Whose end it is.</param>
    /// <param name="reason">Why.</param>
    /// <param name="asked">The leave that this makes if the store was asked for it already, and did not answer.</param>
    public PresenceCommit Leave(PresenceTarget target, PresenceChangeReason reason, GroupChange? asked = null)
    {
        Local();
        if (target.UserId is { } userId)
        {
            var was = Derive(userId)?.ToPresence(key);
            if (was is null)
            {
                return new PresenceCommit(PresenceOutcome.NotFound);
            }

            OwnEntry[] removed = [.. Own.Of(userId)];
            Array.ForEach(removed, entry => Own.Remove(entry.Id));
            _pending.Add(new PendingRequest(userId, null, reason, removed));
            _local!.Removed.Add(userId);
            Show(userId, reason, null);
            return Describe(userId, 0) with { Presence = was };
        }

        if (target.Entry is not { } id || !Own.TryGet(id, out var own))
        {
            if (target.Entry is { } late && asked is not null)
            {
                _gone[late] = new GoneEntry(null, reason, asked, true);
            }

            return new PresenceCommit(PresenceOutcome.NotFound);
        }

        var presence = Derive(own.UserId)?.ToPresence(key);
        Own.Remove(id);
        _gone[id] = new GoneEntry(own, reason, asked, own.Epoch is not null);
        var commit = Show(own, reason);
        return commit with { Presence = commit.Presence ?? presence };
    }

    public bool Heartbeat(PresenceEntryId id, long now, long deadline)
    {
        if (!Own.TryGet(id, out var own) || own.Deadline is not { } before || before <= now)
        {
            return false;
        }

        own.Deadline = deadline;
        own.Revision++;
        return true;
    }

    /// <summary>Ends entries whose heartbeats have stopped while the store was away.</summary>
    public void Expire(long now)
    {
        foreach (var own in Own.Where(own => own.Deadline <= now).ToArray())
        {
            Leave(PresenceTarget.Of(own.Id), PresenceChangeReason.Expired);
        }
    }

    public static ArgumentException OtherUser(string parameter) => new("This entry belongs to another user; leave it first.", parameter);

    private PresenceCommit Show(OwnEntry own, PresenceChangeReason reason)
    {
        Local();
        Show(own.UserId, reason, own.Hub);
        return Describe(own.UserId, own.Ref);
    }

    /// <summary>No change is given back: what the store makes of it is, when it is back, so that callbacks run once in the cluster.</summary>
    private PresenceCommit Describe(string userId, int @ref) => new(PresenceOutcome.Unchanged)
    {
        Presence = _local!.Find(userId),
        Ref = @ref,
        Epoch = _local.Snapshot.Epoch,
        Version = _local.Snapshot.Version,
    };

    private IReadOnlyList<OwnEntry> Resolve(PresenceTarget target) => target switch
    {
        { Entry: { } id } => Own.TryGet(id, out var own) ? [own] : [],
        { UserId: { } userId } => [.. Own.Of(userId)],
        _ => [],
    };

    private void Write(OwnEntry own, PresenceMeta meta)
    {
        own.AskedMeta = meta.Equals(own.AskedMeta) ? meta : null;
        own.Meta = meta;
        own.IsMetaNew = true;
        own.Stamp = Math.Max(State?.MaxStamp ?? 0, Own.Select(other => other.Stamp).DefaultIfEmpty().Max()) + 1;
    }

    /// <summary>An entry that was given its ref here, and told to nobody, takes another one if the store has given that to somebody else.</summary>
    private void GiveWay(GroupChange change)
    {
        if (change.Kind == PresenceChangeKind.Leave)
        {
            return;
        }

        var user = change.User;
        foreach (var own in Own.Where(own => own is { Epoch: null, Ref: > 0 } && user.Find(own.Ref) is { } entry && !IsOwn(user.Id, entry)).ToArray())
        {
            own.Ref = NextRef();
            Show(own.UserId, PresenceChangeReason.Requested, own.Hub);
        }
    }

    private int NextRef() =>
        Math.Max(State?.MaxRef ?? 0, Own.Select(own => own.Ref).DefaultIfEmpty().Max()) + 1 + Random.Shared.Next(RefSpread);

    private static DateTimeOffset Whole(DateTimeOffset time) => DateTimeOffset.FromUnixTimeMilliseconds(time.ToUnixTimeMilliseconds());
}
