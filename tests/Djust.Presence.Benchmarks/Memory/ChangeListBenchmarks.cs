using System.Collections.Concurrent;
using BenchmarkDotNet.Attributes;

namespace Djust.Presence.Benchmarks;

/// <summary>Each list comes right after one change: the worst that reading can meet, over and over.</summary>
[MemoryDiagnoser]
public class ChangeListBenchmarks
{
    private readonly ConcurrentDictionary<string, PresenceMeta> _bare = new();
    private MemoryVisitor _visitor = null!;
    private MemoryWorld _world = null!;

    public static IEnumerable<int> Sizes => MemorySuite.ListSizes;

    [ParamsSource(nameof(Sizes))]
    public int Size { get; set; }

    [GlobalSetup]
    public void Fill()
    {
        _world = new MemoryWorld(Size);
        _visitor = new MemoryVisitor(Size / 2);
        _world.List();
        for (var i = 0; i < Size; i++)
        {
            _bare[new MemoryVisitor(i).User] = MemoryWorld.Meta;
        }
    }

    /// <summary>What listing a dictionary at one moment takes: a copy.</summary>
    [Benchmark(Baseline = true)]
    public int Bare()
    {
        _bare[_visitor.User] = MemoryWorld.Meta;
        return _bare.ToArray().Length;
    }

    [Benchmark]
    public int Ours()
    {
        _world.Update(_visitor);
        return _world.List().Count;
    }
}
