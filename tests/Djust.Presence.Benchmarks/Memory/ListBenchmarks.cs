using BenchmarkDotNet.Attributes;
using Djust.Presence.Backends;
using Microsoft.Extensions.DependencyInjection;

namespace Djust.Presence.Benchmarks;

/// <summary>Lists and counts of a group in which nothing changes, as an application asks for them.</summary>
[MemoryDiagnoser]
public class ListBenchmarks
{
    private readonly ServiceProvider _services = Services();
    private IPresenceManager _manager = null!;
    private MemoryWorld _world = null!;

    [GlobalSetup]
    public void Fill()
    {
        _manager = _services.GetRequiredService<IPresenceManager>();
        _world = new MemoryWorld(MemorySuite.ListSize, _services.GetRequiredService<IPresenceBackend>());
    }

    [GlobalCleanup]
    public void End() => _services.Dispose();

    [Benchmark]
    public int Backend() => _world.List().Count;

    [Benchmark]
    public int List() => MemoryWorld.Done(_manager.ListPresencesAsync(MemoryWorld.Key)).Count;

    [Benchmark]
    public int Count() => MemoryWorld.Done(_manager.PresenceCountAsync(MemoryWorld.Key));

    private static ServiceProvider Services()
    {
        var services = new ServiceCollection();
        services.AddLogging().AddSignalR().AddPresence();
        return services.BuildServiceProvider();
    }
}
