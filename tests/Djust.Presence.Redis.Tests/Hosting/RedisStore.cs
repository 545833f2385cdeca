using Djust.Presence.BackendContract;
using Djust.Presence.Backends;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Djust.Presence.Redis.Tests.Hosting;

/// <summary>A prefix on a running server as a store: each node is a backend with a connection of its own, and time really passes.</summary>
internal sealed class RedisStore(string configuration, Action<RedisPresenceOptions>? configure = null) : IPresenceStore
{
    private static readonly ServiceProvider NoServices = new ServiceCollection().BuildServiceProvider();

    private readonly List<RedisPresenceBackend> _backends = [];

    /// <summary>
    /// Longer than a loaded machine gives a process no time: a request that is not answered within it is carried out here, and that is not what
    /// most tests are about.
    /// </summary>
    public static readonly TimeSpan PatientRequestTimeout = TimeSpan.FromSeconds(30);

    public string Prefix { get; } = "t" + Guid.NewGuid().ToString("N")[..12];

    /// <summary>Long enough for a loaded machine to renew in time, short enough to wait for.</summary>
    public TimeSpan Unit => TimeSpan.FromMilliseconds(300);

    public IPresenceBackend ConnectNode() => Connect();

    public RedisPresenceBackend Connect(string? through = null, IServiceProvider? services = null)
    {
        var options = new RedisPresenceOptions { Configuration = through ?? configuration, KeyPrefix = Prefix, RequestTimeout = PatientRequestTimeout };
        configure?.Invoke(options);
        var backend = new RedisPresenceBackend(Options.Create(options), services ?? NoServices);
        lock (_backends)
        {
            _backends.Add(backend);
        }

        return backend;
    }

    public Task AdvanceAsync(TimeSpan time) => Task.Delay(time);

    public async ValueTask DisposeAsync()
    {
        foreach (var backend in _backends)
        {
            await backend.DisposeAsync();
        }
    }
}
