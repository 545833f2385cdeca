using StackExchange.Redis;

namespace Djust.Presence;

/// <summary>
/// Every name that is used in Redis. All keys of one group, and all about the nodes, share a hash tag each, so that a script never leaves
/// its slot in a cluster. What users choose is encoded: <c>a:b</c> with <c>c</c> and <c>a</c> with <c>b:c</c> are never one key.
/// </summary>
internal sealed class RedisKeys(string prefix, bool sharded)
{
    /// <summary>The leases of all nodes, and the deadlines of groups with heartbeats.</summary>
    public RedisKey[] Nodes { get; } = [$"{prefix}:{{nodes}}", $"{prefix}:{{nodes}}:deadlines"];

    /// <summary>
    /// Tells nodes that the leases have changed in a way that they would not expect. Named unlike a group's: with the prefix <c>p:group</c>
    /// it would else be the feed of the group <c>nodes</c> with the prefix <c>p</c>.
    /// </summary>
    public RedisChannel NodesChannel { get; } = Channel($"{prefix}:{{nodes}}:leases", sharded);

    /// <summary>The groups in which an owner may have entries: what a survivor has to clean.</summary>
    public RedisKey GroupsOf(string owner) => $"{prefix}:node:{{{owner}}}:groups";

    /// <summary>The keys of one group, in the order in which scripts take them.</summary>
    public RedisKey[] Group(string key)
    {
        var name = Tag(key);
        return [$"{name}:entries", $"{name}:users", $"{name}:ids", $"{name}:state", $"{name}:beats", $"{name}:removed"];
    }

    /// <summary>The channel of one group's changes and events.</summary>
    public RedisChannel Feed(string key) => Channel($"{Tag(key)}:feed", sharded);

    private string Tag(string key) => $"{prefix}:group:{{{Uri.EscapeDataString(key)}}}";

    /// <summary>In a cluster both ends use the node of the group: what is published by a script and what is published directly stay in order.</summary>
    private static RedisChannel Channel(string name, bool sharded) => sharded ? RedisChannel.Sharded(name) : RedisChannel.Literal(name).WithKeyRouting();
}
