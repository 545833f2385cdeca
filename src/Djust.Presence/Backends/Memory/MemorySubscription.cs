namespace Djust.Presence.Backends.Memory;

/// <summary>One observer of one group.</summary>
internal sealed class MemorySubscription(MemoryPresenceBackend backend, MemoryGroup group, IPresenceObserver observer) : IAsyncDisposable
{
    public IPresenceObserver Observer { get; } = observer;

    public ValueTask DisposeAsync()
    {
        backend.Unsubscribe(group, this);
        return ValueTask.CompletedTask;
    }
}
