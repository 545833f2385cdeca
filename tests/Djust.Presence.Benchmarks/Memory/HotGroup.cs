using System.Collections.Concurrent;
using System.Diagnostics;
using Djust.Presence.Backends;

namespace Djust.Presence.Benchmarks;

/// <summary>Several threads that all join one group, as fast as they can.</summary>
internal static class HotGroup
{
    public const int Writers = 8;

    /// <summary>Joins a second.</summary>
    public static double Ours(MemoryVisitor[] visitors)
    {
        var world = new MemoryWorld(0);
        return Run(visitors, visitor => world.Join(visitor));
    }

    /// <summary>Entries a second that a dictionary takes.</summary>
    public static double Bare(MemoryVisitor[] visitors)
    {
        var bare = new ConcurrentDictionary<PresenceEntryId, PresenceMeta>();
        return Run(visitors, visitor => bare.TryAdd(MemoryWorld.Entry(visitor), MemoryWorld.Meta));
    }

    private static double Run(MemoryVisitor[] visitors, Action<MemoryVisitor> join)
    {
        // What the round before has left is not this one's.
        GC.Collect();
        using var start = new ManualResetEventSlim();
        var threads = Enumerable.Range(0, Writers).Select(writer => new Thread(() =>
        {
            start.Wait();
            for (var i = writer; i < visitors.Length; i += Writers)
            {
                join(visitors[i]);
            }
        })).ToArray();
        Array.ForEach(threads, thread => thread.Start());
        var started = Stopwatch.GetTimestamp();
        start.Set();
        Array.ForEach(threads, thread => thread.Join());
        return visitors.Length / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }
}
