namespace Djust.Presence.Backends.Memory;

/// <summary>What the store knows of a node: when its lease ends, in timestamps of the store's clock.</summary>
internal sealed class MemoryNode(string id)
{
    private long _leaseEnd = long.MinValue;

    public string Id { get; } = id;

    /// <summary>Counts the leases of all nodes, so that no two have the same number.</summary>
    public long Generation { get; set; }

    public bool IsAlive(long now) => Volatile.Read(ref _leaseEnd) > now;

    public long LeaseEnd
    {
        get => Volatile.Read(ref _leaseEnd);
        set => Volatile.Write(ref _leaseEnd, value);
    }
}
