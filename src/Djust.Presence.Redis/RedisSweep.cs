using System.Runtime.CompilerServices;

namespace Djust.Presence;

/// <summary>
/// Takes out what is no longer alive, group by group. Each script checks that an entry still is what it is to be taken out for, so several
/// nodes may sweep at once: a change is made, and handed out, by one of them.
/// </summary>
internal sealed class RedisSweep(RedisLink link, NodeLeases leases, RedisGroups groups)
{
    private const int MostUsers = 200;
    private const int MostKeys = 100;

    /// <summary>How often the lifetimes of a group at rest are renewed: three times a day.</summary>
    private static readonly long TouchInterval = (long)TimeSpan.FromHours(8).TotalMilliseconds;

    private readonly Dictionary<string, long> _touched = new(StringComparer.Ordinal);

    public async IAsyncEnumerable<PresenceChange> RunAsync(bool full, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (!link.IsUp)
        {
            foreach (var group in groups.All)
            {
                group.ExpireApart();
            }
        }

        while (groups.Teller.Next() is { } told)
        {
            yield return told;
        }

        var table = await TryAsync(leases.BuryAsync, LeaseTable.Empty);
        foreach (var owner in table.Dead)
        {
            await foreach (var change in SweepOwnerAsync(owner, cancellationToken))
            {
                yield return change;
            }
        }

        while (await TryAsync(() => leases.TakeDueAsync(MostKeys), []) is { Length: > 0 } due)
        {
            foreach (var key in due)
            {
                await foreach (var change in ExpireAsync(key, cancellationToken))
                {
                    yield return change;
                }
            }
        }

        if (full)
        {
            foreach (var (key, owner) in await TryAsync(LeftoversAsync, []))
            {
                await foreach (var change in SweepGroupAsync(key, owner, cancellationToken))
                {
                    yield return change;
                }
            }

            await TryAsync(() => LookAtGroupsAsync(cancellationToken), link.IsUp);
        }
    }

    public async IAsyncEnumerable<PresenceChange> ReleaseAsync(string nodeId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (nodeId == leases.NodeId && await TryAsync(leases.ReleaseAsync, null) is { } owner)
        {
            await foreach (var change in SweepOwnerAsync(owner, cancellationToken))
            {
                yield return change;
            }
        }
    }

    /// <summary>Takes groups off this node's list in which it has nothing any more.</summary>
    public Task PruneAsync() => leases.OwnerName is { } owner
        ? groups.Registered.PruneAsync(owner, key => groups.Find(key)?.Locked(replica => replica.Own.HasOwned) != true)
        : Task.CompletedTask;

    private async IAsyncEnumerable<PresenceChange> SweepOwnerAsync(string owner, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var members = await TryAsync(async () => (string[]?)await groups.Registered.ReadAsync(owner), null);
        foreach (var key in members ?? [])
        {
            await foreach (var change in SweepGroupAsync(key, owner, cancellationToken))
            {
                yield return change;
            }
        }

        if (members is not null && link.IsUp)
        {
            // Only now: a sweeper that dies on the way leaves the rest to the others.
            await TryAsync(() => groups.Registered.DeleteAsync(owner), false);
            await TryAsync(() => leases.ForgetAsync("!" + owner), link.IsUp);
        }
    }

    private async IAsyncEnumerable<PresenceChange> SweepGroupAsync(string key, string owner, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var more = true;
        while (more)
        {
            cancellationToken.ThrowIfCancellationRequested();
            (more, var changes) = await TryAsync(() => groups.Requests.SweepAsync(key, owner, MostUsers), (false, []));
            foreach (var change in changes)
            {
                yield return change.ToChange(key);
            }
        }
    }

    private async IAsyncEnumerable<PresenceChange> ExpireAsync(string key, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (next, more) = (string.Empty, true);
        while (more)
        {
            cancellationToken.ThrowIfCancellationRequested();
            (next, more, var changes) = await TryAsync(() => groups.Requests.ExpireAsync(key, MostUsers), (string.Empty, false, []));
            foreach (var change in changes)
            {
                yield return change.ToChange(key);
            }
        }

        if (next.Length > 0)
        {
            await TryAsync(() => leases.NoteAsync(key, next), link.IsUp);
        }
    }

    /// <summary>Entries of leases that are over and were not on their list: written by a request that came late.</summary>
    private async Task<(string Key, string Owner)[]> LeftoversAsync()
    {
        var owners = groups.All.SelectMany(group => group.Locked(replica => replica.State?.Owners.Select(owner => (group.Key, Owner: owner)).ToArray() ?? [])).ToArray();

        // Asked after they were seen: a lease is there before the first entry that lives on it. Without its memory the store has none of them.
        var table = await leases.ReadAsync();
        if (leases.StoreId is { } known && table.StoreId != known)
        {
            throw new PresenceStoreException("it has lost its memory");
        }

        var now = NodeLeases.Now;
        return [.. owners.Where(found => found.Owner.Length > 0 && table.EndOf(found.Owner) is null && leases.EndOf(found.Owner) < now)];
    }

    /// <summary>Looks whether feeds have lost their last message, and renews lifetimes.</summary>
    private async Task LookAtGroupsAsync(CancellationToken cancellationToken)
    {
        var now = NodeLeases.Now;
        foreach (var group in groups.All)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await group.CheckVersionAsync();
            if (!_touched.TryAdd(group.Key, now) && now - _touched[group.Key] > TouchInterval)
            {
                _touched[group.Key] = now;
                await groups.Requests.TouchAsync(group.Key);
            }
        }

        foreach (var key in _touched.Keys.Where(key => groups.Find(key) is null).ToArray())
        {
            _touched.Remove(key);
        }

        if (leases.OwnerName is { } owner)
        {
            await groups.Registered.TouchAsync(owner);
        }
    }

    private async Task<T> TryAsync<T>(Func<Task<T>> request, T otherwise)
    {
        try
        {
            return link.IsUp ? await request() : otherwise;
        }
        catch (PresenceStoreException e)
        {
            link.Interrupt(e.Message);
            return otherwise;
        }
    }

    private Task<bool> TryAsync(Func<Task> request, bool otherwise) => TryAsync(
        async () =>
        {
            await request();
            return true;
        },
        otherwise);
}
