using Djust.Presence.Backends;
using Djust.Presence.Backends.Memory;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace Djust.Presence.Tests.Tracking;

/// <summary>A node without a web server: all of presence through dependency injection, on a clock that stands still. The sweeper runs when a test says so.</summary>
internal sealed class PresenceManagerTestsNode : IDisposable
{
    private readonly IHost _host;

    public PresenceManagerTestsNode(Action<PresenceOptions>? configure = null, PresenceManagerTestsNode? sharesStoreWith = null, Action<IServiceCollection>? services = null)
    {
        Time = sharesStoreWith?.Time ?? new CountingTime();
        Backend = sharesStoreWith?.Backend ?? new MemoryPresenceBackend(Time);
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton<TimeProvider>(Time);
        builder.Services.AddSingleton<IPresenceBackend>(Backend);
        builder.Services.AddLogging();
        builder.Services.AddSignalR().AddPresence(configure ?? (_ => { }));
        services?.Invoke(builder.Services);
        _host = builder.Build();
    }

    public CountingTime Time { get; }

    public MemoryPresenceBackend Backend { get; }

    public IPresenceManager Presence => Get<IPresenceManager>();

    public string Id => Get<PresenceNode>().Id;

    public T Get<T>()
        where T : notnull => _host.Services.GetRequiredService<T>();

    /// <summary>Runs the sweeper as its loop does, until <paramref name="time"/> has passed.</summary>
    public async Task RunAsync(TimeSpan time)
    {
        var end = Time.GetUtcNow() + time;
        while (Time.GetUtcNow() < end)
        {
            var delay = await Get<PresenceSweeper>().RunOnceAsync(CancellationToken.None);
            var left = end - Time.GetUtcNow();
            Time.Advance(delay < TimeSpan.FromMilliseconds(10) ? TimeSpan.FromMilliseconds(10) : delay < left ? delay : left);
        }

        await Get<PresenceSweeper>().RunOnceAsync(CancellationToken.None);
    }

    /// <summary>A connection of <typeparamref name="THub"/> to this node whose client takes everything at once.</summary>
    public LocalConnection Connect<THub>(string id)
        where THub : PresenceHub =>
        new(id, Get<PresenceHubRegistry>().Get(typeof(THub)), new Sink(), new NoGroups(), new ConnectionLimits(Get<HubLimits>()), Time.GetTimestamp());

    public void Dispose() => _host.Dispose();

    /// <summary>A fake clock that knows how many timers are alive.</summary>
    internal sealed class CountingTime() : FakeTimeProvider(new DateTimeOffset(2026, 1, 1, 10, 0, 0, TimeSpan.Zero))
    {
        private int _timers;

        public int TimerCount => Volatile.Read(ref _timers);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Interlocked.Increment(ref _timers);
            return new CountedTimer(this, base.CreateTimer(callback, state, dueTime, period));
        }

        private sealed class CountedTimer(CountingTime time, ITimer inner) : ITimer
        {
            private int _disposed;

            public bool Change(TimeSpan dueTime, TimeSpan period) => inner.Change(dueTime, period);

            public void Dispose()
            {
                if (Interlocked.Exchange(ref _disposed, 1) == 0)
                {
                    Interlocked.Decrement(ref time._timers);
                }

                inner.Dispose();
            }

            public ValueTask DisposeAsync()
            {
                Dispose();
                return ValueTask.CompletedTask;
            }
        }
    }

    /// <summary>Writes down the changes of one group.</summary>
    internal sealed class Recorder : IPresenceObserver
    {
        public List<PresenceChange> Changes { get; } = [];

        public List<PresenceMessage> Messages { get; } = [];

        public void OnSnapshot(PresenceSnapshot snapshot)
        {
        }

        public void OnChange(PresenceChange change) => Changes.Add(change);

        public void OnMessage(PresenceMessage message) => Messages.Add(message);
    }

    private sealed class Sink : IConnectionWriter
    {
        public ValueTask WriteAsync(RoomMessage message) => ValueTask.CompletedTask;

        public object? Argument(RoomMessage message) => message.Argument;
    }

    private sealed class NoGroups : IGroupManager
    {
        public Task AddToGroupAsync(string connectionId, string groupName, CancellationToken cancellationToken = default) => Task.CompletedTask;

        public Task RemoveFromGroupAsync(string connectionId, string groupName, CancellationToken cancellationToken = default) => Task.CompletedTask;
    }
}
