using System.Globalization;
using System.Security.Cryptography;
using StackExchange.Redis;

namespace Djust.Presence;

/// <summary>Puts requests about a group into the form of the scripts, and their answers back. One request is one script and one round trip.</summary>
internal sealed class GroupRequests(RedisLink link, RedisKeys keys, NodeLeases leases, GarbageCounter garbage, RedisPresenceOptions options)
{
    /// <summary>How long a removal is remembered, so that a node that was cut off does not bring the entry back; short enough to be gone a minute after the last leave.</summary>
    private static readonly TimeSpan RemovalMemory = TimeSpan.FromSeconds(50);

    private readonly string _epochs = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4));
    private int _epoch;

    public Task<GroupAnswer> JoinAsync(PresenceJoin join, string owner, string epoch, int knownRef, bool fresh) => AskAsync(RedisScript.Join, join.Key,
    [
        join.Entry.NodeId, join.Timeout is null ? owner : string.Empty, join.Entry.ConnectionId, join.UserId, join.Hub ?? string.Empty, join.Meta.Utf8Json,
        join.KeepMeta ? 1 : 0, join.Timeout is { } timeout ? Milliseconds(timeout) : RedisValue.EmptyString, join.MaxConnectionsPerUser, epoch, knownRef, fresh ? 1 : 0, .. Alive,
    ]);

    public Task<GroupAnswer> UpdateAsync(string key, PresenceTarget target, PresenceMeta meta, string epoch) =>
        AskAsync(RedisScript.Update, key, [.. Target(target), meta.Utf8Json, epoch]);

    public Task<GroupAnswer> HoldAsync(string key, PresenceEntryId entry, string epoch, bool fresh) =>
        AskAsync(RedisScript.Hold, key, [entry.NodeId, LifeFor(entry), entry.ConnectionId, epoch, fresh ? 1 : 0, .. Alive]);

    public Task<GroupAnswer> LeaveAsync(string key, PresenceTarget target, PresenceChangeReason reason, string epoch) =>
        AskAsync(RedisScript.Leave, key, [.. Target(target), GroupFormat.Name(reason), epoch, Milliseconds(RemovalMemory)]);

    /// <summary>Renews an entry on its own heartbeat.</summary>
    /// <returns>Whether it was alive, and whether it ends sooner than before.</returns>
    public async Task<(bool IsAlive, bool IsSooner)> HeartbeatAsync(string key, PresenceEntryId entry, TimeSpan timeout)
    {
        var reply = (RedisResult[])(await RunAsync(RedisScript.Heartbeat, key, [entry.ConnectionId, Milliseconds(timeout)]))!;
        return ((int)reply[0] == 1, (long)reply[2] < (long)reply[1]);
    }

    /// <summary>Takes the entries of a dead owner out of a group.</summary>
    public async Task<(bool HasMore, List<GroupChange> Changes)> SweepAsync(string key, string owner, int most)
    {
        var reply = (RedisResult[])(await RunAsync(RedisScript.Sweep, key, [owner, most]))!;
        return ((int)reply[0] == 1, Changes(reply.Skip(1)));
    }

    /// <summary>Takes entries out of a group whose heartbeats have stopped.</summary>
    public async Task<(string Next, bool HasMore, List<GroupChange> Changes)> ExpireAsync(string key, int most)
    {
        var reply = (RedisResult[])(await RunAsync(RedisScript.Expire, key, [most]))!;
        return ((string)reply[0]!, (int)reply[1] == 1, Changes(reply.Skip(2)));
    }

    /// <summary>Tells the store what this node holds.</summary>
    public async Task<(string Epoch, long Version, RedisResult[] Answers)> AssertAsync(string key, string nodeId, string owner, string epoch, long version, bool leaseLost, bool isLast, IEnumerable<RedisValue> items)
    {
        var reply = (RedisResult[])(await RunAsync(RedisScript.Assert, key, [nodeId, owner, epoch, version, leaseLost ? 1 : 0, isLast ? 1 : 0, .. items]))!;
        return ((string)reply[0]!, (long)reply[1], reply[2..]);
    }

    /// <summary>Tells a store that has lost its memory what was in a group.</summary>
    /// <param name="key">The presence key.</param>
    /// <param name="nodeId">This node.</param>
    /// <param name="lost">The group.</param>
    /// <param name="entries">Some of its entries.</param>
    /// <param name="isLast">Whether these are the last of them.</param>
    /// <returns>Whether another node has done so before.</returns>
    public async Task<bool> RestoreAsync(string key, string nodeId, LostGroup lost, IEnumerable<LostEntry> entries, bool isLast)
    {
        var refs = isLast && lost.Refs.Count > 0 ? $" {string.Join(' ', lost.Refs)} " : string.Empty;
        return (int)await RunAsync(RedisScript.Restore, key, [nodeId, lost.Epoch, lost.Version, refs, .. entries.SelectMany(Line)]) == 1;
    }

    public Task TouchAsync(string key) => RunAsync(RedisScript.Touch, key, []);

    public Task PublishAsync(string key, PresenceMessage message) => link.CallAsync(database => database.PublishAsync(keys.Feed(key), GroupFormat.WriteMessage(message)));

    public GroupChange? Read(RedisResult body)
    {
        var bytes = (byte[])body!;
        var change = bytes.Length == 0 ? null : GroupFormat.ReadChange(bytes);
        if (change is null && bytes.Length > 0)
        {
            garbage.Found("an answer that cannot be read");
        }

        return change;
    }

    private IEnumerable<RedisValue> Alive => leases.Alive.Select(owner => (RedisValue)owner);

    private async Task<GroupAnswer> AskAsync(string script, string key, RedisValue[] values)
    {
        var reply = (RedisResult[])(await RunAsync(script, key, values))!;
        return new GroupAnswer((string)reply[0]!, (int)reply[1], (int)reply[2] == 1, Read(reply[3]));
    }

    private Task<RedisResult> RunAsync(string script, string key, RedisValue[] values)
    {
        var epoch = string.Create(CultureInfo.InvariantCulture, $"{_epochs}{Interlocked.Increment(ref _epoch):x}");
        return link.RunAsync(script, keys.Group(key),
            [keys.Feed(key).ToString(), options.UseShardedPubSub ? "SPUBLISH" : "PUBLISH", Milliseconds(options.KeyLifetime), epoch, .. values]);
    }

    private List<GroupChange> Changes(IEnumerable<RedisResult> bodies) => [.. bodies.Select(Read).OfType<GroupChange>()];

    private RedisValue[] Target(PresenceTarget target) => target.Entry is { } entry
        ? [entry.NodeId, LifeFor(entry), entry.ConnectionId, RedisValue.EmptyString]
        : [RedisValue.EmptyString, RedisValue.EmptyString, RedisValue.EmptyString, target.UserId];

    /// <summary>A node's own request counts only under its current lease; one about another node's entry, whatever that node has.</summary>
    private RedisValue LifeFor(PresenceEntryId entry) => entry.NodeId == leases.NodeId ? leases.Life : RedisValue.EmptyString;

    /// <summary>Who holds the connection of an entry is known to its own node only; without one, the user says it.</summary>
    private RedisValue[] Line(LostEntry lost)
    {
        var (entry, isOwned) = (lost.Entry, lost.Entry.Owner.Length > 0);
        return
        [
            entry.Owner, isOwned ? RedisValue.EmptyString : PresenceEntryId.ForUser(lost.UserId).ConnectionId, lost.UserId,
            entry.Ref, lost.JoinedAt.ToUnixTimeMilliseconds(), entry.Stamp, entry.Meta.Utf8Json,
            isOwned ? RedisValue.EmptyString : Milliseconds(leases.TimeFor(entry)),
        ];
    }

    private static RedisValue Milliseconds(TimeSpan time) => (long)time.TotalMilliseconds;
}
