namespace Djust.Presence;

/// <summary>
/// Carries requests out: by the store, or, where it is away, here. A request whose answer does not come is carried out here as well: what it did
/// in the store, if anything, is found when the store is told.
/// </summary>
internal sealed class RedisRequests(RedisLink link, NodeLeases leases, RedisGroups groups)
{
    /// <summary>How often a request is made anew because the store asked for it, before the store is taken for confused.</summary>
    private const int MostAttempts = 8;

    private static readonly PresenceCommit NotFound = new(PresenceOutcome.NotFound);

    public Task<PresenceCommit> JoinAsync(PresenceJoin join) => InGroupAsync(join.Key, async group =>
    {
        var (asked, made) = (join, (PresenceChange?)null);
        var (wasAsked, confirmed) = (false, 0L);
        var commit = await AskAsync(
            group,
            replica => replica.Join(asked, DateTimeOffset.UtcNow, Deadline(join)),
            async fresh =>
            {
                if (join.Timeout is null && (join.Entry.NodeId != leases.NodeId || !await leases.EnsureAsync()))
                {
                    return new Step(new PresenceCommit(PresenceOutcome.LeaseLost));
                }

                var owner = leases.OwnerName ?? string.Empty;
                var noted = join.Timeout is { } timeout ? leases.NoteAsync(join.Key, timeout) : groups.Registered.EnsureAsync(owner, join.Key);
                if (link.IsCluster)
                {
                    await noted;
                }

                var (before, epoch, hadRef) = group.Locked(replica => (replica.Note(asked, Deadline(join)), Relied(replica, join.Entry), KnownRef(replica, join)));
                var confirmation = before?.Confirmation ?? 0;
                try
                {
                    var answer = await groups.Requests.JoinAsync(asked, owner, epoch, hadRef, fresh);
                    await noted;
                    if (!answer.IsDone)
                    {
                        group.Locked(replica => Done(() => replica.Unnote(join.Entry, before)));
                        return new Step(answer, Refused(answer));
                    }

                    // Where the entry was told to the store meanwhile, what an answer that was lost had made of it was found then.
                    made ??= Change(join.Key, answer) ?? (wasAsked && confirmed == ConfirmationOf(group, join) ? LostJoin(join.Key, answer) : null);
                    group.TakeOwn(answer.Told!, replica => replica.Confirm(asked, answer.Ref, answer.Told!, Deadline(join)));
                    if (join.Timeout is null && owner != leases.OwnerName)
                    {
                        // Redis was away and back meanwhile: the entry must pass to the lease that is held now.
                        asked = join with { KeepMeta = true };
                        return new Step();
                    }

                    return new Step(Commit(join.Key, answer, made));
                }
                catch (PresenceStoreException)
                {
                    (confirmed, wasAsked) = (wasAsked ? confirmed : confirmation, true);
                    groups.Registered.Forget(join.Key);
                    throw;
                }
            });

        // It may have been answered before the store went away, and carried out here after that.
        return made is not null && commit.Change is null ? commit with { Outcome = PresenceOutcome.Changed, Change = made } : commit;
    });

    public Task<PresenceCommit> UpdateAsync(string key, PresenceTarget target, PresenceMeta meta) => InGroupAsync(key, group => AskAsync(
        group,
        replica => replica.Update(target, meta),
        async _ =>
        {
            var (life, epoch) = (leases.Life, group.Locked(replica => Relied(replica, target.Entry)));
            try
            {
                var answer = await groups.Requests.UpdateAsync(key, target, meta, epoch);
                if (answer.IsDone)
                {
                    group.TakeOwn(answer.Told!, replica => replica.Confirm(target, answer.Told!));
                }
                else if (answer.Outcome == "missing" && target.Entry is { } asked && group.IsFollowed && group.Locked(replica => replica.Own.TryGet(asked, out OwnEntry? _)))
                {
                    await ThrowIfLeaseIsLostAsync();
                }

                return Finish(key, answer, life);
            }
            catch (PresenceStoreException) when (target.Entry is { } entry)
            {
                group.Locked(replica => Done(() => replica.Asked(entry, meta)));
                throw;
            }
        }));

    public Task<PresenceCommit> HoldAsync(string key, PresenceEntryId entry) => InGroupAsync(key, group => AskAsync(
        group,
        replica => replica.Hold(entry),
        async fresh =>
        {
            var (life, epoch) = (leases.Life, group.Locked(replica => Relied(replica, entry)));
            var answer = await groups.Requests.HoldAsync(key, entry, epoch, fresh);
            if (answer.IsDone)
            {
                group.TakeOwn(answer.Told!, replica => Done(() =>
                {
                    if (answer.Held)
                    {
                        replica.ConfirmHold(entry);
                    }
                    else
                    {
                        replica.Drop(PresenceTarget.Of(entry));
                    }
                }));
            }
            else if (answer.Outcome == "missing" && life == leases.Life)
            {
                // Its connection has ended: it is not to be told again.
                group.Locked(replica => Done(() => replica.Drop(PresenceTarget.Of(entry))));
            }

            return Finish(key, answer, life);
        }));

    public Task<PresenceCommit> LeaveAsync(string key, PresenceTarget target, PresenceChangeReason reason) => InGroupAsync(key, group =>
    {
        var asked = (GroupChange?)null;
        return AskAsync(
            group,
            replica => replica.Leave(target, reason, asked),
            async _ =>
            {
                var (life, epoch) = (leases.Life, group.Locked(replica => Relied(replica, target.Entry)));
                var leave = target.Entry is { } entry ? group.Locked(replica => replica.LeaveOf(entry, reason)) : null;
                try
                {
                    var answer = await groups.Requests.LeaveAsync(key, target, reason, epoch);
                    if (answer.IsDone)
                    {
                        group.TakeOwn(answer.Told!, replica => replica.Drop(target));
                    }
                    else if (answer.Outcome == "missing")
                    {
                        group.Locked(replica => Done(() => replica.Drop(target)));
                        if (asked is not null && life == leases.Life)
                        {
                            return new Step(Commit(key, answer, asked.ToChange(key)) with { Presence = asked.User.ToPresence(key) });
                        }
                    }

                    return Finish(key, answer, life);
                }
                catch (PresenceStoreException)
                {
                    asked = leave;
                    throw;
                }
            });
    });

    public Task<bool> HeartbeatAsync(string key, PresenceEntryId entry, TimeSpan timeout) => InGroupAsync(key, async group =>
    {
        var isAlive = false;
        var deadline = NodeLeases.Now + (long)timeout.TotalMilliseconds;
        await AskAsync(
            group,
            replica => new PresenceCommit((isAlive = replica.Heartbeat(entry, NodeLeases.Now, deadline)) ? PresenceOutcome.Unchanged : PresenceOutcome.NotFound),
            async _ =>
            {
                (isAlive, var isSooner) = await groups.Requests.HeartbeatAsync(key, entry, timeout);
                if (isSooner)
                {
                    await leases.NoteAsync(key, timeout);
                }

                group.Locked(replica => isAlive && replica.Heartbeat(entry, long.MinValue, deadline));
                return new Step(NotFound);
            });
        return isAlive;
    });

    public Task PublishAsync(string key, PresenceMessage message) => InGroupAsync(key, async group =>
    {
        if (!group.IsApart)
        {
            try
            {
                await groups.Requests.PublishAsync(key, message);
                return true;
            }
            catch (PresenceStoreException e)
            {
                link.Interrupt(e.Message);
            }
        }

        group.Send(message);
        return true;
    });

    private async Task<T> InGroupAsync<T>(string key, Func<RedisGroup, Task<T>> use)
    {
        var group = groups.Enter(key);
        try
        {
            return await use(group);
        }
        finally
        {
            groups.Exit(group);
        }
    }

    private async Task<PresenceCommit> AskAsync(RedisGroup group, Func<GroupReplica, PresenceCommit> apart, Func<bool, Task<Step>> ask)
    {
        var fresh = false;
        for (var attempt = 0; ; attempt++)
        {
            if (group.Apart(apart) is { } commit)
            {
                return commit;
            }

            try
            {
                var step = await ask(fresh);
                if (step.Commit is not null)
                {
                    return step.Commit;
                }

                if (attempt == MostAttempts)
                {
                    throw new PresenceStoreException("it does not agree with this node about a group");
                }

                if (step.Answer?.IsStale == true)
                {
                    await leases.ReadAsync();
                    fresh = true;
                }
                else if (step.Answer?.IsOtherEpoch == true)
                {
                    await group.LookAgainAsync();
                }
            }
            catch (PresenceStoreException e)
            {
                link.Interrupt(e.Message);
            }
        }
    }

    /// <summary>
    /// The store does not have what this node has. Either it was removed, and the feed is about to say so; or the lease was lost, and what lived on
    /// it was swept: then it is told anew.
    /// </summary>
    private async Task ThrowIfLeaseIsLostAsync()
    {
        if (leases.OwnerName is { } owner && !((await leases.ReadAsync()).EndOf(owner) > NodeLeases.Now))
        {
            throw new PresenceStoreException("the lease of this node was lost");
        }
    }

    /// <summary>An entry of this node that the store does not find may have passed to the node's next lease meanwhile: then it is asked again.</summary>
    private Step Finish(string key, GroupAnswer answer, int life) => answer switch
    {
        { IsDone: true } => new Step(Commit(key, answer, Change(key, answer))),
        { Outcome: "missing" } when life == leases.Life => new Step(NotFound),
        _ => new Step(answer, null),
    };

    private static PresenceCommit? Refused(GroupAnswer answer) => answer.Outcome switch
    {
        "many" => new PresenceCommit(PresenceOutcome.TooManyConnections),
        "removed" => NotFound,
        "other" => throw GroupReplica.OtherUser("join"),
        _ => null,
    };

    private static PresenceCommit Commit(string key, GroupAnswer answer, PresenceChange? change) =>
        new(change is null ? PresenceOutcome.Unchanged : PresenceOutcome.Changed)
        {
            Change = change,
            Presence = answer.Told?.User.ToPresence(key),
            Ref = answer.Ref,
            Epoch = answer.Told?.Epoch ?? string.Empty,
            Version = answer.Told?.Version ?? 0,
            Held = answer.Held,
        };

    private static PresenceChange? Change(string key, GroupAnswer answer) => answer.Told is { Kind: not null } told ? told.ToChange(key) : null;

    /// <summary>The first answer was lost, and the entry that it told of is the one that made the user join.</summary>
    private static PresenceChange? LostJoin(string key, GroupAnswer answer) => answer.Told is { } told && told.FirstRef == answer.Ref
        ? (told with { Kind = PresenceChangeKind.Join }).ToChange(key)
        : null;

    private static long? Deadline(PresenceJoin join) => join.Timeout is { } timeout ? NodeLeases.Now + (long)timeout.TotalMilliseconds : null;

    private string Relied(GroupReplica replica, PresenceEntryId? entry) => entry is { } id && id.NodeId == leases.NodeId ? replica.ReliedOnEpoch : string.Empty;

    private static long ConfirmationOf(RedisGroup group, PresenceJoin join) =>
        group.Locked(replica => replica.Own.TryGet(join.Entry, out var own) ? own.Confirmation : 0);

    private static int KnownRef(GroupReplica replica, PresenceJoin join) =>
        replica.Own.TryGet(join.Entry, out var own) && own.UserId == join.UserId ? own.Ref : 0;

    private static bool Done(Action action)
    {
        action();
        return true;
    }

    /// <summary>What one attempt came to: the end, or an answer that says what to do before the next.</summary>
    private readonly record struct Step(GroupAnswer? Answer, PresenceCommit? Commit)
    {
        public Step(PresenceCommit commit)
            : this(null, commit)
        {
        }
    }
}
