using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Options;

namespace Djust.Presence;

/// <summary>
/// Last known positions in the distributed cache, for whoever has no connection in the group: other nodes, Razor views. A node writes only its own
/// entry, so nothing is lost to another's write; the list of nodes is looked at again as long as there is something to find.
/// </summary>
internal sealed class CursorCache(IDistributedCache cache, PresenceNode node, IOptions<PresenceOptions> options, TimeProvider time, ILogger<CursorCache> logger)
{
    private volatile bool _failing;

    /// <summary>Whether other processes cannot see it.</summary>
    public bool IsLocal => cache is MemoryDistributedCache;

    private TimeSpan Lifetime => options.Value.CursorTimeout;

    /// <summary>Writes this node's entry.</summary>
    /// <param name="key">The presence key.</param>
    /// <param name="positions">The positions; none removes the entry.</param>
    public Task WriteAsync(string key, IReadOnlyCollection<KeyValuePair<string, CursorPosition>> positions) => positions.Count == 0
        ? cache.RemoveAsync(CursorCacheFormat.PositionsKey(key, node.Id))
        : cache.SetAsync(CursorCacheFormat.PositionsKey(key, node.Id), CursorCacheFormat.WritePositions(positions), For(Lifetime));

    /// <summary>Makes sure that other nodes find this node's entry.</summary>
    /// <param name="key">The presence key.</param>
    /// <param name="listedAt">When this node was put on the list last, as a timestamp, or null.</param>
    /// <returns>When it was.</returns>
    public async Task<long?> ListAsync(string key, long? listedAt)
    {
        var nodes = CursorCacheFormat.ReadNodes(await cache.GetAsync(CursorCacheFormat.NodesKey(key)));
        if (listedAt is { } at && time.GetElapsedTime(at) < Lifetime / 2 && nodes.Contains(node.Id))
        {
            return listedAt;
        }

        var alive = new List<string> { node.Id };
        foreach (var other in nodes.Where(other => other != node.Id))
        {
            if (await cache.GetAsync(CursorCacheFormat.PositionsKey(key, other)) is not null)
            {
                alive.Add(other);
            }
        }

        await cache.SetAsync(CursorCacheFormat.NodesKey(key), CursorCacheFormat.WriteNodes(alive), For(Lifetime * 2));
        return time.GetTimestamp();
    }

    /// <summary>What other nodes have written; nothing while the cache cannot be read.</summary>
    public async Task<IReadOnlyList<KeyValuePair<string, CursorPosition>>> ReadOthersAsync(string key, CancellationToken cancellationToken)
    {
        try
        {
            var positions = await ReadAsync(key, cancellationToken);
            _failing = false;
            return positions;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            if (!_failing)
            {
                // Once for each outage.
                CursorLog.CacheNotRead(logger, new LoggedException(e));
            }

            _failing = true;
            return [];
        }
    }

    private async Task<IReadOnlyList<KeyValuePair<string, CursorPosition>>> ReadAsync(string key, CancellationToken cancellationToken)
    {
        var nodes = CursorCacheFormat.ReadNodes(await cache.GetAsync(CursorCacheFormat.NodesKey(key), cancellationToken));
        var entries = await Task.WhenAll(nodes.Where(other => other != node.Id).Distinct()
            .Select(other => cache.GetAsync(CursorCacheFormat.PositionsKey(key, other), cancellationToken)));
        return [.. entries.SelectMany(CursorCacheFormat.ReadPositions)];
    }

    private static DistributedCacheEntryOptions For(TimeSpan lifetime) => new() { AbsoluteExpirationRelativeToNow = lifetime };
}
