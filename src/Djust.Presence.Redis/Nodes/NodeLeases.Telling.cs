using StackExchange.Redis;

namespace Djust.Presence;

/// <content>Another lease after the store was away.</content>
internal sealed partial class NodeLeases
{
    /// <summary>
    /// Begins to tell the store anew: with another lease, so that nothing that is still on its way under the old one counts; that one stays
    /// alive until everything is told.
    /// </summary>
    /// <returns>What the store and this node have lost meanwhile.</returns>
    public async Task<Losses> BeginTellingAsync()
    {
        await Renewing.WaitAsync();
        try
        {
            if (_nodeId is null)
            {
                await ReadAsync();
                return default;
            }

            // Whoever was alive when the store went away has the time of a lease, from its return, to show that they still are.
            var (now, timeout) = (Now, (long)_timeout.TotalMilliseconds);
            _spared = _spared.With(Table, Volatile.Read(ref _forgotten), now, timeout, _nodeId);
            var ranOut = !IsHeld;
            var was = _life > 0 && !_isRetired ? Owner.Name(_nodeId, _life) : string.Empty;
            BeginLife();
            var (status, table) = await RunRenewAsync(was);
            var lost = _storeId is { } id && table.StoreId != id;

            // A store without memory knows of no lease: then others have taken this node's entries out only if it had run out. Where a renewal has
            // found out before, and the node has another lease since, what lived on the one before was swept all the same.
            var leaseLost = was.Length > 0 && ((status != "held" && (!lost || ranOut)) || (!lost && _lostAt > now - timeout));
            if (leaseLost)
            {
                Interlocked.Increment(ref _generation);
            }

            _isRetired = false;
            return new Losses(lost, leaseLost);
        }
        finally
        {
            Renewing.Release();
        }
    }

    /// <summary>The store has lost its memory: asks it to let leases of other nodes live on, until these have told it what they hold.</summary>
    /// <returns>Those that do.</returns>
    public async Task<IReadOnlySet<string>> VouchAsync(IReadOnlyCollection<string> owners)
    {
        if (owners.Count == 0)
        {
            return new HashSet<string>();
        }

        var table = await RunAsync(RedisScript.Vouch, [.. Common, .. owners.SelectMany(owner => new RedisValue[] { owner, TimeFor(owner) })]);
        return owners.Where(owner => table.EndOf(owner) is not null).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>How long a lease lives on that the store has forgotten: as long as it is spared here, and fully where this node has never heard how long it lasts.</summary>
    private long TimeFor(string owner)
    {
        var forgotten = Volatile.Read(ref _forgotten);
        var isKnown = forgotten.EndOf(owner) is not null || forgotten.Dead.Contains(owner) || _spared.EndOf(owner) is not null;
        var (now, end, timeout) = (Now, EndOf(owner), (long)_timeout.TotalMilliseconds);
        return !isKnown ? timeout : end <= now ? 1 : Math.Min(end - now, timeout);
    }

    /// <summary>
    /// How long an entry on its own heartbeat lives on that the store has forgotten. Heartbeats are not published: where its deadline has passed as
    /// far as this node has heard, whoever has its heartbeats gets the time of a lease to say so.
    /// </summary>
    public TimeSpan TimeFor(EntryRecord beating) =>
        Table.Local(beating.Deadline) - Now is > 0 and var left ? TimeSpan.FromMilliseconds(left) : _timeout;

    /// <summary>Everything is told: the leases before the current one are over, and nobody is to speak for this node.</summary>
    /// <returns>The leases that are over.</returns>
    public async Task<string[]> EndTellingAsync()
    {
        Volatile.Write(ref _storeId, Table.StoreId);
        Volatile.Write(ref _forgotten, LeaseTable.Empty);
        if (_nodeId is not { } id || _life == 0)
        {
            return [];
        }

        // In this order: what others say of a node that has told is refused, so that no lease of it can appear that is not found here.
        var table = await RunAsync(RedisScript.Forget, [.. Common, "?" + Owner.Name(id, _life)]);
        string[] over = [.. table.Owners.Where(owner => Owner.IsOf(owner, id) && Owner.LifeOf(owner) < _life)];
        if (over.Length > 0)
        {
            await ForgetAsync(over);
        }

        return over;
    }
}
