using Microsoft.Extensions.Caching.Distributed;

namespace Djust.Presence.Tests.Hosting;

/// <summary>A cache whose server is gone.</summary>
internal sealed class ThrowingCache(Func<Exception>? failure = null) : IDistributedCache
{
    private int _calls;

    public int Calls => Volatile.Read(ref _calls);

    public byte[]? Get(string key) => throw Failure();

    public Task<byte[]?> GetAsync(string key, CancellationToken token = default) => throw Failure();

    public void Set(string key, byte[] value, DistributedCacheEntryOptions options) => throw Failure();

    public Task SetAsync(string key, byte[] value, DistributedCacheEntryOptions options, CancellationToken token = default) => Task.FromException(Failure());

    public void Refresh(string key) => throw Failure();

    public Task RefreshAsync(string key, CancellationToken token = default) => throw Failure();

    public void Remove(string key) => throw Failure();

    public Task RemoveAsync(string key, CancellationToken token = default) => Task.FromException(Failure());

    private Exception Failure()
    {
        Interlocked.Increment(ref _calls);
        return failure?.Invoke() ?? new TimeoutException("no cache");
    }
}
