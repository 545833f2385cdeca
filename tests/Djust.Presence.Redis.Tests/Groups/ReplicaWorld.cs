using Djust.Presence.Backends;
using FluentAssertions;

namespace Djust.Presence.Redis.Tests.Groups;

/// <summary>One node's replica of a group, a store, another node, and a model of what is to be seen. Steps happen in random order; each is checked.</summary>
internal sealed class ReplicaWorld
{
    private readonly StoredGroup _store = new("e");
    private readonly ReplicaModel _model;
    private bool _hasHole;

    public ReplicaWorld()
    {
        _model = new ReplicaModel(_store);
        Replica = new GroupReplica("k", "l.", Observer);
        Replica.Reset(_store.Read(), []);
    }

    public StrictObserver Observer { get; } = new();

    public GroupReplica Replica { get; }

    public StoredGroup Store => _store;

    /// <summary>A step while the store answers.</summary>
    public void Online((int Action, int User, int Connection, int Meta) step)
    {
        var (user, mine, others, meta) = Names(step);
        switch (step.Action)
        {
            case <= 2:
                JoinOnline(mine, user, meta);
                break;
            case 3:
                LeaveOnline(mine);
                break;
            default:
                ByOthers(step, user, others, meta);
                break;
        }

        Check();
    }

    /// <summary>A step while the store does not answer; its feed may still bring something, or lose it.</summary>
    public void Apart((int Action, int User, int Connection, int Meta) step)
    {
        var (user, mine, others, meta) = Names(step);
        switch (step.Action)
        {
            case <= 2:
                JoinApart(mine, user, meta, keepMeta: step.Action == 2);
                break;
            case 3:
                UpdateApart(mine, meta);
                break;
            case 4:
                UpdateUserApart(user, meta);
                break;
            case 5:
                HoldApart(mine);
                break;
            case 6:
                LeaveApart(mine);
                break;
            case 7:
                RemoveApart(user);
                break;
            default:
                ByOthers(step, user, others, meta);
                break;
        }

        Check();
    }

    /// <summary>The store is back: it is told what is to be told, and then read.</summary>
    public void Recover()
    {
        Replica.Untell();
        Tell();
        Replica.Reset(_store.Read(), Replica.MissingIn(_store.Read(), Replica.Confirmations));
        _model.Reset();
        _hasHole = false;
        Check();
        Looks.Same(Looks.Of(Replica.View), _store.Listed);
        Replica.IsLocal.Should().BeFalse();
        Replica.HasUntold.Should().BeFalse();
        Looks.Same(
            Replica.Own.Select(own => (own.Id.ConnectionId, own.UserId, own.Ref, own.Meta)).OrderBy(own => own.Ref),
            _store.Entries.Where(entry => Owner.IsOf(entry.Owner, "me")).Select(entry => (entry.Connection, entry.User, entry.Ref, entry.Meta)).OrderBy(entry => entry.Ref));
        foreach (var own in Replica.Own)
        {
            var entry = _store.Find(own.Id.ConnectionId)!;
            var model = _model.Find(own.Id)!;
            (model.Ref, model.Meta, model.Stamp, model.IsStored, model.IsNew, model.Version) = (entry.Ref, entry.Meta, entry.Stamp, true, false, _store.Version);
        }
    }

    private static (string User, PresenceEntryId Mine, string Others, PresenceMeta Meta) Names((int Action, int User, int Connection, int Meta) step)
    {
        var user = "u" + step.User;
        return (user, new PresenceEntryId($"m{step.User}{step.Connection}", "me"), $"o{step.User}{step.Connection}", PresenceMeta.From(new { m = step.Meta }));
    }

    private static PresenceJoin Join(PresenceEntryId id, string user, PresenceMeta meta, bool keepMeta = false) =>
        new() { Key = "k", Entry = id, UserId = user, Meta = meta, KeepMeta = keepMeta };

    private void JoinOnline(PresenceEntryId id, string user, PresenceMeta meta)
    {
        var join = Join(id, user, meta);
        Replica.Note(join, null);
        var change = _store.Join("me.1", id.ConnectionId, user, meta);
        Deliver(change);
        var entry = _store.Find(id.ConnectionId)!;
        Replica.Confirm(join, entry.Ref, change, null);
        var own = _model.Find(id) ?? new OwnModel { Id = id, User = user, Ref = entry.Ref, Meta = meta, Stamp = 0 };
        _model.Put(own);
        (own.Ref, own.Meta, own.Stamp, own.Version, own.IsStored, own.Held) = (entry.Ref, entry.Meta, entry.Stamp, change.Version, true, false);
    }

    private void LeaveOnline(PresenceEntryId id)
    {
        if (_store.Leave(id.ConnectionId) is { } change)
        {
            Deliver(change);
            Replica.Drop(PresenceTarget.Of(id));
            _model.Own.RemoveAll(own => own.Id == id);
        }
    }

    private void ByOthers((int Action, int User, int Connection, int Meta) step, string user, string connection, PresenceMeta meta)
    {
        var change = ((step.Action + step.Meta) % 4) switch
        {
            0 or 1 => _store.Join("o.1", connection, user, meta),
            2 => _store.Leave(connection),
            _ => step.Connection == 0 ? _store.LeaveUser(user) : _store.UpdateUser(user, meta),
        };
        if (change is not null)
        {
            Deliver(change, isLost: _model.IsLocal && step is { Action: 9, Connection: 1 });
        }
    }

    /// <summary>What is lost makes a hole: nothing after it is taken until the group is read.</summary>
    private void Deliver(GroupChange change, bool isLost = false)
    {
        if (change.Kind is null)
        {
            return;
        }

        // The first change of another numbering needs nothing before it, where nobody is there.
        _hasHole &= change.Version > 1 || Replica.State!.Users.Count > 0;
        _hasHole |= isLost;
        if (!isLost)
        {
            Replica.Take(change).Should().Be(_hasHole ? GroupStep.Hole : change.Version == 1 ? GroupStep.AppliedAnew : GroupStep.Applied);
        }

        if (!_hasHole)
        {
            _model.Take(change);
            if (_model.IsLocal && change.Kind != PresenceChangeKind.Leave)
            {
                GiveWay(change.User);
            }
        }
    }

    /// <summary>A number that was given here, and now by the store to somebody else, is theirs; which one replaces it is up to the replica.</summary>
    private void GiveWay(UserRecord user)
    {
        foreach (var own in _model.Own.Where(own => !own.IsStored && user.Find(own.Ref) is { } entry && !Owner.IsOf(entry.Owner, "me")))
        {
            Replica.Own.TryGet(own.Id, out var current).Should().BeTrue();
            _model.Own.Select(other => other.Ref).Concat(user.Entries.Select(entry => entry.Ref)).Should().NotContain(current!.Ref);
            own.Ref = current.Ref;
        }
    }

    private void JoinApart(PresenceEntryId id, string user, PresenceMeta meta, bool keepMeta)
    {
        var taken = Replica.View.Presences.SelectMany(presence => presence.Connections).Select(connection => connection.Ref).ToArray();
        var (isNew, held) = (_model.Find(id) is null, _model.Of(user).Find(own => own.Held));
        var commit = Replica.Join(Join(id, user, meta, keepMeta), DateTimeOffset.UnixEpoch.AddYears(1), null);
        if (isNew && held is null)
        {
            taken.Should().NotContain(commit.Ref, "a new connection has a number of its own");
        }

        _model.Join(id, user, meta, keepMeta, commit.Ref);
        Committed(commit, user);
    }

    private void UpdateApart(PresenceEntryId id, PresenceMeta meta)
    {
        var commit = Replica.Update(PresenceTarget.Of(id), meta);
        if (_model.Find(id) is { } own)
        {
            _model.Write(own, meta);
            Committed(commit, own.User);
        }
        else
        {
            commit.Outcome.Should().Be(PresenceOutcome.NotFound);
        }
    }

    private void UpdateUserApart(string user, PresenceMeta meta)
    {
        var commit = Replica.Update(PresenceTarget.Of(user), meta);
        _model.Of(user).ForEach(own => _model.Write(own, meta));
        _model.IsLocal |= Replica.IsLocal;
        commit.Outcome.Should().Be(_model.EntriesOf(user).Any() ? PresenceOutcome.Unchanged : PresenceOutcome.NotFound);
    }

    private void HoldApart(PresenceEntryId id)
    {
        var commit = Replica.Hold(id);
        if (_model.Find(id) is { } own)
        {
            commit.Held.Should().Be(_model.Hold(own));
        }
        else
        {
            commit.Outcome.Should().Be(PresenceOutcome.NotFound);
        }
    }

    private void LeaveApart(PresenceEntryId id)
    {
        var commit = Replica.Leave(PresenceTarget.Of(id), PresenceChangeReason.Requested);
        commit.Outcome.Should().Be(_model.Find(id) is null ? PresenceOutcome.NotFound : PresenceOutcome.Unchanged);
        _model.IsLocal = true;
        _model.Own.RemoveAll(own => own.Id == id);
    }

    private void RemoveApart(string user)
    {
        var commit = Replica.Leave(PresenceTarget.Of(user), PresenceChangeReason.Removed);
        _model.IsLocal = true;
        var wasThere = _model.EntriesOf(user).Any();
        commit.Outcome.Should().Be(wasThere ? PresenceOutcome.Unchanged : PresenceOutcome.NotFound);
        if (wasThere)
        {
            commit.Presence!.Id.Should().Be(user);
            _model.Remove(user);
        }
    }

    private void Committed(PresenceCommit commit, string user)
    {
        _model.IsLocal = true;
        commit.Change.Should().BeNull("what a change is, the store says");
        commit.Outcome.Should().Be(PresenceOutcome.Unchanged);
        commit.Presence!.Id.Should().Be(user);
        (commit.Epoch, commit.Version).Should().Be((Replica.View.Epoch, Replica.View.Version));
    }

    private void Tell()
    {
        while (Replica.HasUntold)
        {
            foreach (var asked in Replica.TakePending())
            {
                Hear(asked.Meta is null ? _store.LeaveUser(asked.UserId) : _store.UpdateUser(asked.UserId, asked.Meta));
            }

            foreach (var item in Replica.Untold())
            {
                var entry = _store.Find(item.Id.ConnectionId);
                if (item.Own is not { } own)
                {
                    Hear(_store.Leave(item.Id.ConnectionId));
                    Replica.Told(item, removed: false, 0, _store.Epoch, _store.Version);
                }
                else if (entry is null && own.Epoch is not null)
                {
                    _model.Own.RemoveAll(mine => mine.Id == item.Id);
                    Replica.Told(item, removed: true, 0, _store.Epoch, _store.Version);
                }
                else
                {
                    Hear(_store.Join("me.2", item.Id.ConnectionId, own.UserId, own.IsMetaNew || own.Epoch is null ? own.Meta : null, own.Ref));
                    Replica.Told(item, removed: false, _store.Find(item.Id.ConnectionId)!.Ref, _store.Epoch, _store.Version);
                }
            }
        }
    }

    /// <summary>The feed brings what telling makes, before the group is read.</summary>
    private void Hear(GroupChange? change)
    {
        if (change is { Kind: not null } told)
        {
            Deliver(told);
        }
    }

    private void Check()
    {
        Looks.Same(Observer.Breaks, []);
        Looks.Same(Looks.Of(Observer.State!), Looks.Of(Replica.View));
        Looks.Same([Observer.State!.Epoch, Observer.State.Version], [Replica.View.Epoch, (object)Replica.View.Version]);
        Looks.Same(Looks.Of(Replica.View).Order(StringComparer.Ordinal), _model.Shown);
    }
}
