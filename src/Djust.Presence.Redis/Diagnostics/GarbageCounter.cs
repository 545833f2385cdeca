using System.Diagnostics.Metrics;

namespace Djust.Presence;

/// <summary>Counts what was found in Redis and could not be read; says so once. Others may write to the same Redis, or an older version of this library.</summary>
internal sealed class GarbageCounter(string prefix, IMeterFactory? meters, ILogger logger)
{
    private readonly Counter<long>? _counter = meters?.Create("Djust.Presence").CreateCounter<long>(
        "djust.presence.redis.garbage", "{item}", "Fields and messages in Redis that are not presence's and were skipped.");

    private long _count;

    public long Count => Interlocked.Read(ref _count);

    public void Found(string what)
    {
        _counter?.Add(1);
        if (Interlocked.Increment(ref _count) == 1)
        {
            RedisLog.Garbage(logger, prefix, what);
        }
    }
}
