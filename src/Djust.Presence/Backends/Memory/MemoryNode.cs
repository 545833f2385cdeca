namespace Djust.Presence.Backends.Memory;

/// <summary>What the store knows of a node: when its lease ends, in timestamps of the store's clock.</summary>
internal sealed class MemoryNode(string id)
{
    private readonly Lock _gate = new();
    private long _leaseEnd = long.MinValue;
    private long _generation;
    private bool _removed;

    public string Id { get; } = id;

    public long LeaseEnd => Volatile.Read(ref _leaseEnd);

    public bool IsAlive(long now) => LeaseEnd > now;

    /// <summary>Makes or renews the lease.</summary>
    /// <param name="clock">Tells the time: read when nobody can end or remove the lease in between.</param>
    /// <param name="length">How long the lease lasts from then.</param>
    /// <param name="nextGeneration">Numbers a new lease.</param>
    /// <returns>The number of the lease, or null where the node was taken out of the store meanwhile: look it up again.</returns>
    public long? Renew(Func<long> clock, long length, Func<long> nextGeneration)
    {
        lock (_gate)
        {
            if (_removed)
            {
                return null;
            }

            var now = clock();
            _generation = IsAlive(now) ? _generation : nextGeneration();
            Volatile.Write(ref _leaseEnd, now + length);
            return _generation;
        }
    }

    /// <summary>Ends the lease now.</summary>
    public void End()
    {
        lock (_gate)
        {
            Volatile.Write(ref _leaseEnd, long.MinValue);
        }
    }

    /// <summary>Closes the record, unless the lease was renewed since it was seen to end at <paramref name="leaseEnd"/>.</summary>
    public bool TryRemove(long leaseEnd)
    {
        lock (_gate)
        {
            return _removed = _removed || LeaseEnd == leaseEnd;
        }
    }
}
