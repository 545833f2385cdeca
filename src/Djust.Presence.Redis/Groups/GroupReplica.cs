namespace Djust.Presence;

/// <summary>
/// What one node knows of one group: what the store said, what the node itself put there, and, while the store is away, the view that
/// follows from both. Decides and tells its observer; does no I/O. The group's lock guards it.
/// </summary>
internal sealed partial class GroupReplica(string key, string localEpochs, IPresenceObserver observer)
{
    /// <summary>Puts the stamps of what the store has not been told behind all that it has given.</summary>
    private const long UntoldStamps = 1L << 52;

    private readonly Dictionary<PresenceEntryId, GoneEntry> _gone = [];
    private readonly List<PendingRequest> _pending = [];
    private LocalView? _local;
    private int _localEpoch;

    /// <summary>What the store said last, or null where nobody follows the group.</summary>
    public GroupState? State { get; private set; }

    /// <summary>Whether observers see a list of this node's own making.</summary>
    public bool IsLocal => _local is not null;

    /// <summary>What observers see.</summary>
    public PresenceSnapshot View => _local?.Snapshot ?? State?.Snapshot ?? PresenceSnapshot.Empty(key);

    public OwnEntries Own { get; } = new();

    /// <summary>Whether entries of this node have been swept that it still holds, since it told the store last.</summary>
    public bool WasSwept { get; private set; }

    /// <summary>How often the store has confirmed an entry of this node.</summary>
    public long Confirmations { get; private set; }

    public bool HoldsNothing => Own.Count == 0 && _gone.Count == 0 && _pending.Count == 0;

    /// <summary>The numbering that a request relies on: as long as the node's entries are in the store, it cannot have another.</summary>
    public string ReliedOnEpoch => Own.FirstOrDefault(own => own.Epoch is not null && own.Id.NodeId.Length > 0)?.Epoch ?? string.Empty;

    /// <summary>The numbering that this node knew before it told the store anything.</summary>
    public string KnownEpoch => KnownEpochOf(Own);

    public void Forget() => (State, _local) = (null, null);

    /// <summary>Takes in what the feed, or the answer to a request of this node, says.</summary>
    public GroupStep Take(GroupChange change)
    {
        if (State is not { } state)
        {
            Follow(change);
            return GroupStep.Known;
        }

        var step = state.Apply(change);
        if (step is GroupStep.Applied or GroupStep.AppliedAnew)
        {
            Follow(change);
            if (_local is not null)
            {
                GiveWay(change);
                Show(change.User.Id, change.Reason, change.Hub);
            }
            else
            {
                if (step == GroupStep.AppliedAnew)
                {
                    observer.OnSnapshot(PresenceSnapshot.Empty(key, change.Epoch));
                }

                observer.OnChange(change.ToChange(key));
            }
        }

        return step;
    }

    public GroupStep Take(OwnerChange change)
    {
        var step = State?.Apply(change) ?? GroupStep.Known;
        if (step == GroupStep.Applied)
        {
            // Held here, and taken over by another node; and not the other way round, before the answer that came first.
            var lost = Own.NodeId is { } node && !Owner.IsOf(change.Owner, node)
                ? Own.Where(own => own.Epoch == change.Epoch && change.Refs.Contains(own.Ref) && (change.Version > own.Version || (change.Version == own.Version && own.Held))).ToArray()
                : [];
            Array.ForEach(lost, own => Own.Remove(own.Id));
        }

        return step;
    }

    /// <summary>Entries of this node that the store said it has, and that a fresh reading of it has not.</summary>
    /// <param name="fresh">The reading.</param>
    /// <param name="confirmations">How many <see cref="Confirmations"/> there were when it was begun.</param>
    public List<OwnEntry> MissingIn(GroupState fresh, long confirmations) =>
        [.. Own.Where(own => own.Epoch is not null && own.Id.NodeId.Length > 0 && own.Confirmation <= confirmations && !Has(fresh, own))];

    /// <summary>Takes a fresh reading of the store as the truth.</summary>
    /// <param name="fresh">The reading.</param>
    /// <param name="removed">Entries of this node that somebody has removed meanwhile.</param>
    public void Reset(GroupState fresh, IReadOnlyCollection<OwnEntry> removed)
    {
        foreach (var own in removed.Where(own => Own.Remove(own.Id)))
        {
            Local();
            Show(own.UserId, PresenceChangeReason.Removed, own.Hub);
        }

        var before = State;
        Learn(fresh);
        if (_local is not null || before is null || before.Epoch != fresh.Epoch || before.Version != fresh.Version)
        {
            _local = null;
            observer.OnSnapshot(fresh.Snapshot);
        }
    }

    /// <summary>Takes a reading as the truth, also about what this node's entries have been given by others.</summary>
    private void Learn(GroupState fresh)
    {
        State = fresh;
        foreach (var own in Own.Where(own => !own.IsMetaNew && own.Epoch == fresh.Epoch && own.Version <= fresh.Version))
        {
            if (fresh.Find(own.UserId)?.Entries.FirstOrDefault(entry => entry.Ref == own.Ref) is { } entry)
            {
                (own.Meta, own.Stamp) = (entry.Meta, entry.Stamp);
            }
        }
    }

    private static bool Has(GroupState state, OwnEntry own) =>
        state.Find(own.UserId)?.Entries.Any(entry => entry.Ref == own.Ref && Owner.IsOf(entry.Owner, own.Id.NodeId)) == true;

    /// <summary>Entries of this node that a change has taken out, or given to another node, are its own no longer.</summary>
    private void Follow(GroupChange change)
    {
        if (Own.Of(change.User.Id) is not { Count: > 0 } owned)
        {
            return;
        }

        foreach (var own in owned.Where(own => own.Epoch == change.Epoch && own.Ref > 0 && own.Version < change.Version).ToArray())
        {
            var found = change.Kind == PresenceChangeKind.Leave ? null : change.User.Find(own.Ref);
            if (found is null && change.Reason == PresenceChangeReason.NodeLost && own is { Held: false, Id.NodeId.Length: > 0 })
            {
                // Swept, and the node is alive: it was cut off or paused for longer than its lease. It tells the store again what it holds, as if it
                // had never been there.
                (own.ToldRevision, own.Epoch, WasSwept) = (-1, null, true);
            }
            else if (found is not { } entry || (own.Id.NodeId.Length > 0 && !Owner.IsOf(entry.Owner, own.Id.NodeId)))
            {
                Own.Remove(own.Id);
            }
            else if (!own.IsMetaNew && entry.Stamp > own.Stamp)
            {
                (own.Meta, own.Stamp) = (entry.Meta, entry.Stamp);
            }
        }
    }

    /// <summary>The leave that the end of one entry makes of its user, if it is the last; for a request whose answer may be lost.</summary>
    public GroupChange? LeaveOf(PresenceEntryId id, PresenceChangeReason reason) =>
        State is { } state && Own.TryGet(id, out var own) && state.Find(own.UserId) is { Entries.Length: 1 } user && user.Entries[0].Ref == own.Ref
            ? new GroupChange(state.Epoch, state.Version + 1, PresenceChangeKind.Leave, reason, own.Hub, user, own.Ref)
            : null;

    /// <summary>The group has another numbering than this node's entries were put into: they were taken out, and everything else with them.</summary>
    public void DropOtherThan(string epoch)
    {
        foreach (var own in Own.Where(own => own.Epoch is not null && own.Epoch != epoch).ToArray())
        {
            Own.Remove(own.Id);
        }
    }

    /// <summary>Of several the oldest: when telling the store breaks off halfway, some entries have the new numbering already, and the others are still to be told as lost.</summary>
    private string KnownEpochOf(IEnumerable<OwnEntry> own) =>
        State is { Epoch.Length: > 0 } state ? state.Epoch : own.Where(own => own.Epoch is not null).MinBy(own => own.Confirmation)?.Epoch ?? string.Empty;

    private LocalView Local() => _local ??= Start();

    private LocalView Start()
    {
        var local = new LocalView(key, $"{localEpochs}{++_localEpoch}", State?.Snapshot ?? PresenceSnapshot.Empty(key));
        observer.OnSnapshot(local.Snapshot);
        return local;
    }

    private void Show(string userId, PresenceChangeReason reason, string? hub) =>
        Tell(_local!.Show(userId, Derive(userId)?.ToPresence(key), reason, hub));

    private void Tell(PresenceChange? change)
    {
        if (change is not null)
        {
            observer.OnChange(change);
        }
    }

    /// <summary>A user as this node takes them to be: its own entries as it knows them, those of others as they were told last.</summary>
    private UserRecord? Derive(string userId)
    {
        var entries = new SortedDictionary<int, EntryRecord>();
        DateTimeOffset? joinedAt = null;
        if (_local?.Removed.Contains(userId) != true && State?.Find(userId) is { } told)
        {
            foreach (var entry in told.Entries.Where(entry => !IsOwn(userId, entry)))
            {
                entries[entry.Ref] = entry;
                joinedAt = told.JoinedAt;
            }
        }

        foreach (var own in Own.Of(userId).Where(own => own.Ref > 0))
        {
            // What was written here and has still to be told will be the newest: whatever is heard of others meanwhile was written before.
            entries[own.Ref] = new EntryRecord(own.Ref, own.Id.NodeId, 0, own.IsMetaNew ? own.Stamp + UntoldStamps : own.Stamp, own.Meta);
            joinedAt = joinedAt is null || own.JoinedAt < joinedAt ? own.JoinedAt : joinedAt;
        }

        return entries.Count == 0 ? null : new UserRecord(userId, joinedAt!.Value, [.. entries.Values]);
    }

    /// <summary>Whether an entry that the store told of is this node's, whose own word counts.</summary>
    private bool IsOwn(string userId, EntryRecord entry) => entry.Owner.Length == 0
        ? Own.Of(userId).Any(own => own.Id.NodeId.Length == 0 && own.Ref == entry.Ref)
        : Own.NodeId is { } node && Owner.IsOf(entry.Owner, node);
}
