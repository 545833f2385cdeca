namespace Djust.Presence;

/// <content>Telling a store that was away what this node holds.</content>
internal sealed partial class GroupReplica
{
    /// <summary>Whether something has happened here that the store has not been told.</summary>
    public bool HasUntold => _pending.Count > 0 || _gone.Count > 0 || Own.Any(own => own.Ref > 0 && own.ToldRevision != own.Revision);

    /// <summary>Marks everything as untold: the store may have lost it.</summary>
    public void Untell()
    {
        WasSwept = false;
        foreach (var own in Own)
        {
            own.ToldRevision = -1;
        }
    }

    /// <summary>
    /// What a store that has lost its memory is told before anything else: entries of nodes that have not told it anew themselves, and those of this
    /// node that have gone, so that what is told of them next ends them. What this node still has, it tells as its own.
    /// </summary>
    /// <param name="owner">This node's lease.</param>
    /// <param name="vouched">Leases of other nodes that live on until these speak for themselves.</param>
    public LostGroup Lost(string owner, IReadOnlySet<string> vouched)
    {
        OwnEntry[] ended = [.. _pending.SelectMany(request => request.Removed).Concat(_gone.Values.Select(gone => gone.Own)).OfType<OwnEntry>()];
        var epoch = KnownEpochOf(Own.Concat(ended));
        var gone = ended.Where(own => own.Epoch == epoch)
            .Select(own => new LostEntry(own.UserId, own.JoinedAt, new EntryRecord(own.Ref, own.Id.NodeId.Length > 0 ? owner : string.Empty, 0, own.Stamp, own.Meta)));
        var others = State?.Users.SelectMany(user => user.Entries
            .Where(entry => entry.Owner.Length == 0 ? !IsOwn(user.Id, entry) : vouched.Contains(entry.Owner))
            .Select(entry => new LostEntry(user.Id, user.JoinedAt, entry))) ?? [];
        int[] refs = State is { Users.Count: > 0 } state && state.Epoch == epoch
            ? [.. state.Users.SelectMany(user => user.Entries).Select(entry => entry.Ref).Concat(Own.Concat(ended).Where(own => own.Epoch == epoch).Select(own => own.Ref)).Distinct()]
            : [];
        return new LostGroup(epoch, refs.Length > 0 ? State!.Version : 0, refs, [.. gone.Concat(others).OrderByDescending(lost => lost.Entry.Ref)]);
    }

    /// <summary>Takes what was asked about whole users; it is told first, in order.</summary>
    public IReadOnlyList<PendingRequest> TakePending()
    {
        PendingRequest[] pending = [.. _pending];
        _pending.Clear();
        return pending;
    }

    /// <summary>Puts requests back that could not be told.</summary>
    public void PutBack(IEnumerable<PendingRequest> pending) => _pending.InsertRange(0, pending);

    /// <summary>What to tell: first the entries, in the order of their metas, then those that have gone, so that nobody leaves in between.</summary>
    public List<AssertItem> Untold() =>
    [
        .. Own.Where(own => own.Ref > 0 && own.ToldRevision != own.Revision).OrderBy(own => own.Stamp).Select(own => new AssertItem(own.Id, own, own.Revision, null, own.Epoch is not null)),
        .. _gone.Select(gone => new AssertItem(gone.Key, null, 0, gone.Value, gone.Value.IsKnown)),
    ];

    /// <summary>Takes the store's answer to one item.</summary>
    /// <param name="item">What was told.</param>
    /// <param name="removed">Whether the store says that somebody has removed the entry.</param>
    /// <param name="ref">The entry's number now.</param>
    /// <param name="epoch">The numbering.</param>
    /// <param name="version">The group's version after it.</param>
    public void Told(AssertItem item, bool removed, int @ref, string epoch, long version)
    {
        if (item.Own is not { } own)
        {
            _gone.Remove(item.Id);
        }
        else if (_gone.TryGetValue(item.Id, out var gone))
        {
            // It has gone while it was told: what its join made of the user has been said.
            _gone[item.Id] = gone with { IsKnown = true };
        }
        else if (Own.TryGet(item.Id, out var current) && current == own)
        {
            if (removed)
            {
                Local();
                Own.Remove(own.Id);
                Show(own.UserId, PresenceChangeReason.Removed, own.Hub);
                return;
            }

            (own.Ref, own.Epoch, own.ToldRevision) = (@ref, epoch, item.Revision);
            own.IsMetaNew &= own.Revision != item.Revision;
            own.AskedMeta = own.IsMetaNew ? own.AskedMeta : null;
            Confirmed(own, version);
        }
    }

    /// <summary>A request is on its way: notes what it will put into the store, so that it can be told again if the answer is lost.</summary>
    /// <returns>What was there before.</returns>
    public OwnEntry? Note(PresenceJoin join, long? deadline)
    {
        Own.TryGet(join.Entry, out var before);
        if (before is null)
        {
            Own.Set(new OwnEntry(join.Entry, join.UserId) { Meta = join.Meta, Hub = join.Hub, Deadline = deadline });
        }

        return before;
    }

    /// <summary>A request was refused: what it would have put into the store is not there.</summary>
    public void Unnote(PresenceEntryId id, OwnEntry? before)
    {
        if (before is null)
        {
            Own.Remove(id);
        }
    }

    /// <summary>The store has the entry.</summary>
    public void Confirm(PresenceJoin join, int @ref, GroupChange told, long? deadline)
    {
        if (!Own.TryGet(join.Entry, out var own) || own.UserId != join.UserId)
        {
            own = new OwnEntry(join.Entry, join.UserId);
        }

        own.Ref = @ref;
        own.Epoch = told.Epoch;
        Confirmed(own, told.Version);
        own.JoinedAt = told.User.JoinedAt;
        own.Hub = join.Hub;
        own.Held = false;
        own.Deadline = deadline;
        if (told.User.Find(@ref) is { } entry)
        {
            (own.Meta, own.Stamp) = (entry.Meta, entry.Stamp);
        }

        own.ToldRevision = own.Revision;
        Own.Set(own);
        if (_local is not null)
        {
            Show(own.UserId, PresenceChangeReason.Requested, own.Hub);
        }
    }

    private void Confirmed(OwnEntry own, long version) => (own.Version, own.Confirmation) = (version, ++Confirmations);

    /// <summary>A new meta was asked for, and no answer came: it may have been written all the same.</summary>
    public void Asked(PresenceEntryId id, PresenceMeta meta)
    {
        if (Own.TryGet(id, out var own) && !own.Meta.Equals(meta))
        {
            own.AskedMeta = meta;
        }
    }

    /// <summary>The store has taken a new meta for the node's own entries.</summary>
    public void Confirm(PresenceTarget target, GroupChange told)
    {
        foreach (var own in Resolve(target))
        {
            if (told.User.Entries.FirstOrDefault(entry => entry.Ref == own.Ref) is { } entry)
            {
                (own.Meta, own.Stamp) = (entry.Meta, entry.Stamp);
            }
        }
    }

    /// <summary>The store holds the entry of a connection that has ended.</summary>
    public void ConfirmHold(PresenceEntryId id)
    {
        if (Own.TryGet(id, out var own))
        {
            own.Held = true;
        }
    }

    /// <summary>The store has the entries no longer.</summary>
    public void Drop(PresenceTarget target)
    {
        foreach (var own in Resolve(target))
        {
            Own.Remove(own.Id);
            if (_local is not null)
            {
                Show(own.UserId, PresenceChangeReason.Requested, own.Hub);
            }
        }
    }
}
