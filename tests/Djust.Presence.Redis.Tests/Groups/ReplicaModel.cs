using Djust.Presence.Backends;

namespace Djust.Presence.Redis.Tests.Groups;

/// <summary>What observers of a node are to see: what others hold as it was told last, what the node itself holds as it wants it.</summary>
internal sealed class ReplicaModel(StoredGroup group)
{
    private readonly HashSet<string> _removed = new(StringComparer.Ordinal);

    public ToldGroup Told { get; private set; } = new(group);

    public List<OwnModel> Own { get; } = [];

    /// <summary>Whether something was asked while the store was away.</summary>
    public bool IsLocal { get; set; }

    public IEnumerable<string> Shown => Told.Users.Select(user => user.Id).Concat(Own.Select(own => own.User)).Distinct()
        .Select(user => (user, Look: Looks.Of(EntriesOf(user))))
        .Where(user => user.Look is not null)
        .Select(user => Looks.Line(user.user, user.Look!))
        .Order(StringComparer.Ordinal);

    public OwnModel? Find(PresenceEntryId id) => Own.Find(own => own.Id == id);

    public List<OwnModel> Of(string user) => Own.FindAll(own => own.User == user);

    /// <summary>What the store has not been told is newer than all that it has.</summary>
    private const long Later = 1_000_000_000;

    public IEnumerable<(int Ref, long Stamp, PresenceMeta Meta)> EntriesOf(string user)
    {
        var own = IsLocal ? Of(user) : [];
        var others = IsLocal && _removed.Contains(user) ? [] : Told.Of(user).Where(entry => !(IsLocal && entry.Owner.StartsWith("me.", StringComparison.Ordinal)));
        return others.Where(entry => own.TrueForAll(mine => mine.Ref != entry.Ref)).Select(entry => (entry.Ref, entry.Stamp, entry.Meta))
            .Concat(own.Select(mine => (mine.Ref, mine.IsNew ? mine.Stamp + Later : mine.Stamp, mine.Meta)));
    }

    /// <summary>What the feed, or the answer to a request, says; it may say that entries of the node have gone.</summary>
    public void Take(GroupChange change)
    {
        Told.Take(change);
        foreach (var own in Of(change.User.Id).Where(own => own.IsStored && own.Version < change.Version))
        {
            var left = change.Kind == PresenceChangeKind.Leave ? [] : change.User.Entries.Where(entry => entry.Ref == own.Ref);
            if (left.ToArray() is not [var entry])
            {
                Own.Remove(own);
            }
            else if (!own.IsNew && entry.Stamp > own.Stamp)
            {
                (own.Meta, own.Stamp) = (entry.Meta, entry.Stamp);
            }
        }
    }

    /// <summary>Written here: newer than all that is known here.</summary>
    public void Write(OwnModel own, PresenceMeta meta)
    {
        own.Stamp = Math.Max(Told.MaxStamp, Own.Select(other => other.Stamp).DefaultIfEmpty().Max()) + 1;
        (own.Meta, own.IsNew) = (meta, true);
    }

    public void Join(PresenceEntryId id, string user, PresenceMeta meta, bool keepMeta, int @ref)
    {
        if (Find(id) is { } known)
        {
            known.Held = false;
            if (!keepMeta)
            {
                Write(known, meta);
            }

            Put(known);
            return;
        }

        var held = Of(user).Find(own => own.Held);
        var own = new OwnModel { Id = id, User = user, Ref = held?.Ref ?? @ref, Meta = held?.Meta ?? meta, Stamp = held?.Stamp ?? 0 };
        if (held is not null)
        {
            Own.Remove(held);
        }

        if (held is null || !keepMeta)
        {
            Write(own, meta);
        }

        Put(own);
    }

    /// <summary>Who joined last is written last where all entries of a user are.</summary>
    public void Put(OwnModel own)
    {
        Own.Remove(own);
        Own.Add(own);
    }

    /// <summary>Whether the entry is still there, and held.</summary>
    public bool Hold(OwnModel own)
    {
        IsLocal = true;
        own.Held = EntriesOf(own.User).Count() == Of(own.User).Count(other => other == own || other.Held);
        if (!own.Held)
        {
            Own.Remove(own);
        }

        return own.Held;
    }

    public void Remove(string user)
    {
        Own.RemoveAll(own => own.User == user);
        _removed.Add(user);
    }

    /// <summary>The store is back, and has been told.</summary>
    public void Reset()
    {
        Told = new ToldGroup(group);
        _removed.Clear();
        IsLocal = false;
    }
}
