using StackExchange.Redis;

namespace Djust.Presence;

/// <summary>Where and how presence is kept in Redis. Checked when the host starts.</summary>
public sealed class RedisPresenceOptions
{
    /// <summary>Where Redis is, as StackExchange.Redis writes it: <c>localhost:6379</c>, <c>host1:6379,host2:6379,password=…</c>.</summary>
    /// <value>No default; either this or <see cref="ConnectionFactory"/> is needed.</value>
    public string? Configuration { get; set; }

    /// <summary>Gives a connection instead of <see cref="Configuration"/>: the application's own, or a new one.</summary>
    /// <value>Default null. Called again after <see cref="RequestTimeout"/> if it throws.</value>
    public Func<IServiceProvider, Task<IConnectionMultiplexer>>? ConnectionFactory { get; set; }

    /// <summary>Whether the connection of <see cref="ConnectionFactory"/> is closed when the host stops. One that is made from <see cref="Configuration"/> always is.</summary>
    /// <value>Default false: the connection is the application's, and is never disposed here.</value>
    public bool OwnsConnection { get; set; }

    /// <summary>What every key and channel begins with: two applications on one Redis need two of them.</summary>
    /// <value>Default <c>presence</c>; letters, digits and <c>. _ - :</c>, at most 100 of them.</value>
    public string KeyPrefix { get; set; } = "presence";

    /// <summary>How long one request to Redis may take. Beyond, Redis is taken for away: the last known lists are served and changes are kept until it is back.</summary>
    /// <value>Default 2 s.</value>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How long the keys of a group outlive the last sign of any node that has entries in it: a safety net, not a timeout.</summary>
    /// <value>Default one day; at least two hours.</value>
    public TimeSpan KeyLifetime { get; set; } = TimeSpan.FromDays(1);

    /// <summary>Whether changes travel by sharded pub/sub (Redis 7.0), so that in a cluster they stay on the shard of their group.</summary>
    /// <value>Default false. All nodes need the same value.</value>
    public bool UseShardedPubSub { get; set; }
}
