using System.Collections.Concurrent;
using BenchmarkDotNet.Attributes;
using Djust.Presence.Backends;

namespace Djust.Presence.Benchmarks;

/// <summary>One connection joins and leaves a group in which others are, on one thread.</summary>
[MemoryDiagnoser]
public class JoinLeaveBenchmarks
{
    private readonly MemoryVisitor _visitor = new(-1);
    private readonly ConcurrentDictionary<PresenceEntryId, PresenceMeta> _bare = new();
    private MemoryWorld _world = null!;

    public static IEnumerable<int> Sizes => MemorySuite.Sizes;

    [ParamsSource(nameof(Sizes))]
    public int Size { get; set; }

    [GlobalSetup]
    public void Fill()
    {
        _world = new MemoryWorld(Size);
        for (var i = 0; i < Size; i++)
        {
            _bare[MemoryWorld.Entry(new MemoryVisitor(i))] = MemoryWorld.Meta;
        }
    }

    /// <summary>The least that anything can do: the entry goes into a dictionary and out of it.</summary>
    [Benchmark(Baseline = true)]
    public bool Bare() => _bare.TryAdd(MemoryWorld.Entry(_visitor), MemoryWorld.Meta) && _bare.TryRemove(MemoryWorld.Entry(_visitor), out _);

    [Benchmark]
    public long Ours()
    {
        _world.Join(_visitor);
        return _world.Leave(_visitor).Version;
    }
}
