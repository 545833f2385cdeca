namespace Djust.Presence;

/// <summary>What all of a user's connections to this node have sent. Safe for use by several threads.</summary>
internal sealed class UserLimits(string id, HubLimits limits)
{
    private readonly Lock _gate = new();
    private TokenBucket _bucket;

    public string Id { get; } = id;

    /// <summary>How many connections count here; guarded by the registry.</summary>
    public int Connections { get; set; }

    public double Left()
    {
        lock (_gate)
        {
            return _bucket.Left(limits.UserMessages, limits.Time.GetTimestamp(), limits.Time);
        }
    }

    public void Spend(int count)
    {
        lock (_gate)
        {
            _bucket.Spend(count);
        }
    }
}
