namespace Djust.Presence;

/// <content>Another lease after the store was away.</content>
internal sealed partial class NodeLeases
{
    /// <summary>
    /// Begins to tell the store anew: with another lease, so that nothing that is still on its way under the old one counts; that one stays
    /// alive until everything is told.
    /// </summary>
    /// <param name="awayFrom">When the store went away, as ms of this node's clock.</param>
    /// <returns>What the store and this node have lost meanwhile.</returns>
    public async Task<Losses> BeginTellingAsync(long awayFrom)
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
            var (now, until) = (Now, Now + (long)_timeout.TotalMilliseconds);
            _spared = _spared.With(Table, awayFrom, now, until, _nodeId).With(Volatile.Read(ref _forgotten), awayFrom, now, until, _nodeId);
            var was = _life > 0 && !_isRetired ? Owner.Name(_nodeId, _life) : string.Empty;
            BeginLife();
            var (status, table) = await RunRenewAsync(was);
            var lost = _storeId is { } id && table.StoreId != id;
            var leaseLost = was.Length > 0 && status != "held";
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

    /// <summary>Everything is told: the leases before the current one are over.</summary>
    public async Task EndTellingAsync()
    {
        Volatile.Write(ref _storeId, Table.StoreId);
        Volatile.Write(ref _forgotten, LeaseTable.Empty);
        if (_nodeId is { } id && _life > 0)
        {
            string[] over = [.. Table.Owners.Where(owner => Owner.IsOf(owner, id) && Owner.LifeOf(owner) < _life)];
            await ForgetAsync(["?" + Owner.Name(id, _life), .. over]);
            foreach (var owner in over)
            {
                // Nothing is under it any more; one key after the other, since each has a slot of its own.
                await link.CallAsync(database => database.KeyDeleteAsync(keys.GroupsOf(owner)));
            }
        }
    }

    /// <summary>Whether other nodes have still to tell a store that has lost its memory what they hold.</summary>
    public bool AwaitsOthers => _spared.AwaitsAny(Now, Table);
}
