using Djust.Presence.BackendContract;
using Djust.Presence.Backends;
using Djust.Presence.Backends.Memory;
using Microsoft.Extensions.Time.Testing;

namespace Djust.Presence.Tests.Stores;

/// <summary>Memory as a store: all nodes are the same object, and its clock is a fake.</summary>
internal sealed class MemoryStore : IPresenceStore
{
    public MemoryStore() => Backend = new MemoryPresenceBackend(Time);

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 1, 1, 10, 0, 0, TimeSpan.Zero));

    public MemoryPresenceBackend Backend { get; }

    public TimeSpan Unit => TimeSpan.FromSeconds(10);

    public IPresenceBackend ConnectNode() => Backend;

    public Task AdvanceAsync(TimeSpan time)
    {
        Time.Advance(time);
        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
