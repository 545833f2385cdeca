using StackExchange.Redis;

namespace Djust.Presence;

/// <summary>
/// Brings this node and the store together after an interruption: takes another lease, tells the store group by group what this node holds, and
/// takes what it says. Groups go back to the store one by one; requests that come meanwhile are told as well.
/// </summary>
internal sealed class RedisRecovery(RedisLink link, NodeLeases leases, RedisGroups groups, ILogger logger)
{
    /// <summary>How many groups are told at the same time; each is a few round trips.</summary>
    private const int GroupsAtOnce = 32;

    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan[] Checks = [TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(3)];

    /// <summary>Leases of this node that are over, and under which others may have told of entries.</summary>
    private readonly HashSet<string> _over = new(StringComparer.Ordinal);

    private Losses _losses;
    private bool _listens;

    /// <summary>Repairs each interruption, until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        while (true)
        {
            await link.WaitForInterruptionAsync(stopping);
            var delay = FirstRetry;
            while (!await TryRepairAsync())
            {
                await Task.Delay(delay, stopping);
                delay = delay * 2 < LongestRetry ? delay * 2 : LongestRetry;
            }
        }
    }

    private async Task<bool> TryRepairAsync()
    {
        try
        {
            await RepairAsync();
            return true;
        }
        catch (PresenceStoreException e)
        {
            RedisLog.StillAway(logger, new LoggedException(e));
            link.StillAway(e.Message);
        }
        catch (Exception e)
        {
            RedisLog.RecoveryFailed(logger, RedisLink.Describe(e), new LoggedException(e));
            link.StillAway("telling it what this node holds failed");
        }

        return false;
    }

    private async Task RepairAsync()
    {
        await link.ConnectAsync();
        if (!_listens)
        {
            var queue = await link.SubscribeAsync(groups.Keys.NodesChannel);
            queue.OnMessage(_ => RefreshAsync());
            _listens = true;
        }

        await link.FlushSubscriptionsAsync();

        // Kept until all is told: the next attempt finds the store's new memory, and does not know of the old one.
        _losses |= await leases.BeginTellingAsync();
        if (_losses.Store)
        {
            RedisLog.MemoryLost(logger);
        }

        link.Up();
        var (life, all, refs) = (link.Life, groups.All, false);
        foreach (var group in all)
        {
            refs |= group.Locked(replica =>
            {
                replica.Untell();
                return replica.IsLocal;
            });
        }

        if (leases.OwnerName is { } owner)
        {
            await groups.Registered.EnsureAsync(owner, all.Where(group => group.Locked(replica => replica.Own.HasOwned)).Select(group => group.Key));
        }

        var vouched = _losses.Store ? await VouchAsync(all) : new HashSet<string>();
        await AtOnceAsync(all, group => RecoverAsync(group, life, vouched));
        await EndTellingAsync();
        _losses = default;
        if (refs)
        {
            // What was joined meanwhile may have another number now.
            leases.NewGeneration();
        }

        _ = CheckAsync(life);
        if (link.Told() is { } away)
        {
            RedisLog.Back(logger, link.Endpoints, away, groups.Teller.TakeCount());
        }
    }

    private static Task AtOnceAsync<T>(IEnumerable<T> items, Func<T, Task> step) =>
        Parallel.ForEachAsync(items, new ParallelOptions { MaxDegreeOfParallelism = GroupsAtOnce }, async (item, _) => await step(item));

    /// <summary>The store has lost its memory: lets leases of other nodes live on, and notes where they have entries for whoever has to clean up after them.</summary>
    private async Task<IReadOnlySet<string>> VouchAsync(IReadOnlyList<RedisGroup> all)
    {
        var groupsOf = all.SelectMany(group => group.OtherOwners(leases.NodeId ?? string.Empty).Select(owner => (owner, group.Key)))
            .ToLookup(found => found.owner, found => found.Key, StringComparer.Ordinal);
        var vouched = await leases.VouchAsync([.. groupsOf.Select(found => found.Key)]);
        await AtOnceAsync(vouched, owner => groups.Registered.AddAsync(owner, groupsOf[owner]));
        return vouched;
    }

    private async Task EndTellingAsync()
    {
        // Kept until it is done: their leases are forgotten by then, and the next attempt does not find them.
        _over.UnionWith(await leases.EndTellingAsync());
        foreach (var owner in _over.ToArray())
        {
            if (_losses.Store)
            {
                // What others have told in this node's place, and it does not have.
                await AtOnceAsync(await groups.Registered.ReadAsync(owner), key => groups.Teller.DiscardAsync(key, owner));
            }

            await groups.Registered.DeleteAsync(owner);
            _over.Remove(owner);
        }
    }

    private async Task RecoverAsync(RedisGroup group, int life, IReadOnlySet<string> vouched)
    {
        try
        {
            await group.RecoverAsync(life, _losses, vouched);
        }
        catch (RedisServerException e)
        {
            // Somebody has put something else into one of its keys, for instance.
            groups.Failed(group.Key, e);
            group.GiveUp(life);
        }
    }

    /// <summary>
    /// Feeds are taken up again by the connection itself, some time after it is back: what was published before that, and after a group was
    /// read, is lost without a trace.
    /// </summary>
    private async Task CheckAsync(int life)
    {
        foreach (var delay in Checks)
        {
            await Task.Delay(delay);
            foreach (var group in groups.All)
            {
                if (!link.IsUp || link.Life != life)
                {
                    return;
                }

                try
                {
                    await group.CheckVersionAsync();
                }
                catch (PresenceStoreException e)
                {
                    link.Interrupt(e.Message);
                }
                catch (RedisServerException e)
                {
                    groups.Failed(group.Key, e);
                }
            }
        }
    }

    private async Task RefreshAsync()
    {
        try
        {
            await leases.ReadAsync();
        }
        catch (PresenceStoreException e)
        {
            link.Interrupt(e.Message);
        }
    }
}
