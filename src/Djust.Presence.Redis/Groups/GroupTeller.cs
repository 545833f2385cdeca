using System.Collections.Concurrent;
using System.Globalization;
using StackExchange.Redis;

namespace Djust.Presence;

/// <summary>
/// Tells a store that was away what this node holds, in bulk, and keeps the changes that this makes for the next sweep to hand out: so that
/// callbacks run once in the cluster, and never for users who were there all along.
/// </summary>
internal sealed class GroupTeller(RedisGroups groups)
{
    private const int Chunk = 100;

    private readonly ConcurrentQueue<PresenceChange> _changes = new();
    private int _told;

    /// <summary>Raised when changes wait to be handed out.</summary>
    public event Action? Waiting;

    public bool HasChanges => !_changes.IsEmpty;

    /// <summary>How many entries the store was told since the last call.</summary>
    public int TakeCount() => Interlocked.Exchange(ref _told, 0);

    public PresenceChange? Next() => _changes.TryDequeue(out var change) ? change : null;

    /// <summary>Takes out what a node is said to have had by others, and does not have: it has told of the end itself.</summary>
    public Task DiscardAsync(string key, string owner) => SweepAsync(key, owner, announces: false);

    /// <summary>Tells the store everything about one group that it has not been told; first, if it has lost its memory, what was in the group before.</summary>
    public async Task TellAsync(RedisGroup group, Telling telling)
    {
        while (true)
        {
            // At one moment: what ended in between would be neither restored nor kept, and nobody would hear of its end.
            var (lost, items, pending, before, epoch) = group.Locked(replica =>
            {
                replica.Expire(NodeLeases.Now);
                var lost = telling.IsRestoring ? replica.Lost(groups.Leases.OwnerName ?? string.Empty, telling.Vouched) : null;
                return (lost, replica.Untold(), replica.TakePending(), replica.State, replica.KnownEpoch);
            });
            if (lost is null && items.Count == 0 && pending.Count == 0)
            {
                return;
            }

            await OrPutBackAsync(group, pending, () => lost is null ? Task.CompletedTask : RestoreAsync(group, lost, telling));
            await AskAsync(group, pending);
            foreach (var chunk in items.Chunk(Chunk))
            {
                await AssertAsync(group, chunk, isLast: chunk[^1] == items[^1], before, epoch, telling);
            }
        }
    }

    private async Task RestoreAsync(RedisGroup group, LostGroup lost, Telling telling)
    {
        var leases = groups.Leases;
        foreach (var beating in lost.Entries.Where(lost => lost.Entry.Owner.Length == 0))
        {
            await leases.NoteAsync(group.Key, leases.TimeFor(beating.Entry));
        }

        // Without any it is asked all the same whether others have been here.
        LostEntry[][] chunks = lost.Entries.Count > 0 ? [.. lost.Entries.Chunk(Chunk)] : [[]];
        foreach (var chunk in chunks)
        {
            telling.WasRestored |= await groups.Requests.RestoreAsync(group.Key, leases.NodeId ?? string.Empty, lost, chunk, isLast: chunk == chunks[^1]);
        }

        // What came too late for its node, which has told everything meanwhile, is nobody's; and a sweeper may have looked here before it came.
        string[] owners = [.. lost.Entries.Select(lost => lost.Entry.Owner).Where(telling.Vouched.Contains).Distinct()];
        if (owners.Length > 0)
        {
            var table = await leases.ReadAsync();
            if (leases.OwnerName is not { } own || table.EndOf(own) is null)
            {
                // With this node's lease those of others are gone as well: nobody has died.
                throw new PresenceStoreException("it has lost its memory again");
            }

            foreach (var owner in owners.Where(owner => table.EndOf(owner) is null))
            {
                await SweepAsync(group.Key, owner, announces: !table.HasLater(owner));
            }
        }

        telling.IsRestoring = false;
    }

    private async Task SweepAsync(string key, string owner, bool announces)
    {
        var more = true;
        while (more)
        {
            (more, var changes) = await groups.Requests.SweepAsync(key, owner, Chunk);
            foreach (var change in announces ? changes : [])
            {
                Announce(key, change);
            }
        }
    }

    private async Task AskAsync(RedisGroup group, IReadOnlyList<PendingRequest> pending)
    {
        for (var i = 0; i < pending.Count; i++)
        {
            var (request, target) = (pending[i], PresenceTarget.Of(pending[i].UserId));
            await OrPutBackAsync(group, pending.Skip(i), async () =>
            {
                var answer = request.Meta is { } meta
                    ? await groups.Requests.UpdateAsync(group.Key, target, meta, string.Empty)
                    : await groups.Requests.LeaveAsync(group.Key, target, request.Reason, string.Empty);
                Announce(group.Key, answer.Told is { Kind: not null } told ? told : null);
            });
        }
    }

    private static async Task OrPutBackAsync(RedisGroup group, IEnumerable<PendingRequest> pending, Func<Task> step)
    {
        try
        {
            await step();
        }
        catch
        {
            group.Locked(replica =>
            {
                replica.PutBack(pending);
                return true;
            });
            throw;
        }
    }

    private async Task AssertAsync(RedisGroup group, AssertItem[] items, bool isLast, GroupState? before, string epoch, Telling telling)
    {
        var (leases, losses) = (groups.Leases, telling.Losses);
        foreach (var beating in items.Where(item => item.Own?.Deadline is not null))
        {
            await leases.NoteAsync(group.Key, TimeSpan.FromMilliseconds(Math.Max(1, beating.Own!.Deadline!.Value - NodeLeases.Now)));
        }

        var lines = group.Locked(_ => items.SelectMany(Line).ToArray());
        var (newEpoch, version, answers) = await groups.Requests.AssertAsync(
            group.Key, leases.NodeId ?? string.Empty, leases.OwnerName ?? string.Empty, epoch, before?.Version ?? 0, losses.Lease, isLast && losses.Store, lines);
        var isAnew = losses.Store ? !(losses.Lease && telling.WasRestored) : epoch.Length > 0 && newEpoch != epoch && !losses.Lease;
        Interlocked.Add(ref _told, items.Length);
        for (var i = 0; i < items.Length; i++)
        {
            var (outcome, @ref, told) = ((string)answers[i * 3]!, (int)answers[(i * 3) + 1], groups.Requests.Read(answers[(i * 3) + 2]));
            var (item, isNewMeta) = (items[i], items[i].Own?.IsMetaNew == true);
            group.Locked(replica =>
            {
                replica.Told(item, outcome == "removed", @ref, newEpoch, version);
                return true;
            });
            if (told is not null)
            {
                Announce(group.Key, item, told, @ref, wasThere: isAnew && (item.IsKnown || (!losses.Store && before?.Find(told.User.Id) is not null)), isNewMeta);
            }
            else if (item.Gone?.Before is { } lost && outcome == "missing" && !losses.Store && !losses.Lease)
            {
                // Carried out before the store went away, and only the answer was lost. It may have emptied the group: the numbering says nothing.
                Announce(group.Key, lost);
            }
        }
    }

    /// <summary>What telling an item means to those who count joins.</summary>
    /// <param name="key">The presence key.</param>
    /// <param name="item">What was told.</param>
    /// <param name="told">What the store made of it.</param>
    /// <param name="ref">The number of the entry.</param>
    /// <param name="wasThere">Whether the user was there before the store lost its memory: then they have not joined now.</param>
    /// <param name="isNewMeta">Whether the meta was written while the store was away.</param>
    private void Announce(string key, AssertItem item, GroupChange told, int @ref, bool wasThere, bool isNewMeta)
    {
        if (wasThere && told.Kind == PresenceChangeKind.Join)
        {
            Announce(key, isNewMeta ? told with { Kind = PresenceChangeKind.Update } : null);
            return;
        }

        if (!item.IsKnown && !wasThere && told.Kind != PresenceChangeKind.Join && told.FirstRef == @ref)
        {
            // The join was carried out, and only its answer was lost. It came before whatever else this made of it.
            Announce(key, told with { Kind = PresenceChangeKind.Join, Version = told.Version - (told.Kind is null ? 0 : 1) });
        }
        else if (told.Kind is null && item.AskedMeta is { } asked && told.User.Entries.Any(entry => entry.Ref == @ref && entry.Meta.Equals(asked)))
        {
            // So was the update.
            Announce(key, told with { Kind = PresenceChangeKind.Update });
        }

        Announce(key, told.Kind is null ? null : told);
    }

    private void Announce(string key, GroupChange? change)
    {
        if (change is not null)
        {
            _changes.Enqueue(change.ToChange(key));
            Waiting?.Invoke();
        }
    }

    private static RedisValue[] Line(AssertItem item)
    {
        if (item.Own is not { } own)
        {
            var timeout = item.Id.NodeId.Length == 0 ? "1" : string.Empty;
            var (user, number) = (item.Gone?.Own?.UserId ?? string.Empty, item.Gone?.Own?.Ref ?? 0);
            return [GroupFormat.Name(item.Gone?.Reason ?? default), item.Id.ConnectionId, user, string.Empty, "{}", string.Empty, number, "0", "0", timeout];
        }

        var flags = (own.Epoch is null ? string.Empty : "c") + (own.IsMetaNew || own.Epoch is null ? "m" : string.Empty) + (own.Held ? "h" : string.Empty);
        return
        [
            "keep", own.Id.ConnectionId, own.UserId, own.Hub ?? string.Empty, own.Meta.Utf8Json, flags,
            own.Ref, own.JoinedAt.ToUnixTimeMilliseconds(), own.Stamp,
            own.Deadline is { } deadline ? Math.Max(1, deadline - NodeLeases.Now).ToString(CultureInfo.InvariantCulture) : string.Empty,
        ];
    }
}
