namespace Djust.Presence;

/// <summary>One observer of one group.</summary>
internal sealed class RedisSubscription(RedisGroups groups, RedisGroup group, IPresenceObserver observer) : IAsyncDisposable
{
    private int _disposed;

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            await group.UnsubscribeAsync(observer);
            groups.Exit(group);
        }
    }
}
