using Djust.Presence.Redis.Tests.Cost;
using Djust.Presence.Redis.Tests.Hosting;
using StackExchange.Redis;

namespace Djust.Presence.Redis.Tests.Recovery;

/// <summary>A group that a store has lost, and the requests by which nodes tell of it. One backend speaks for all of them.</summary>
internal sealed class LostRoom(CostNode node) : IAsyncDisposable
{
    private const string LostEpoch = "before";

    private RedisStore? _store;

    public string Key { get; } = "room";

    public string Prefix => _store!.Prefix;

    public RedisGroups Groups => node.Backend.Groups;

    public CostNode Node => node;

    public static async Task<LostRoom> OpenAsync(string endpoint)
    {
        var store = new RedisStore(endpoint);
        return new LostRoom(await CostNode.StartAsync(store)) { _store = store };
    }

    public Task<CostNode> AnotherNodeAsync() => CostNode.StartAsync(_store!);

    public static LostEntry Entry(string user, int @ref, string owner, string name = "", long stamp = 0) =>
        new(user, DateTimeOffset.UnixEpoch.AddSeconds(@ref), new EntryRecord(@ref, owner, 0, stamp == 0 ? @ref : stamp, PresenceMeta.From(new { name })));

    /// <summary>A node tells what it knew of the group at a version; all of it, or some of it where it gives the refs of all.</summary>
    public Task<bool> RestoreAsync(string by, long version, IReadOnlyList<LostEntry> entries, int[]? refs = null, string epoch = LostEpoch) => Groups.Requests.RestoreAsync(
        Key, by, new LostGroup(epoch, version, refs ?? [.. entries.Select(lost => lost.Entry.Ref)], entries),
        entries.OrderByDescending(lost => lost.Entry.Ref), isLast: true);

    /// <summary>A node tells an entry that it had before, and has.</summary>
    /// <param name="owner">Its lease.</param>
    /// <param name="user">Whose entry it is.</param>
    /// <param name="ref">The number that it had.</param>
    /// <param name="newName">A name that was given while the store was away.</param>
    /// <param name="isLast">Whether it has told everything then.</param>
    public Task<(string Outcome, int Ref, GroupChange? Change)> KeepAsync(string owner, string user, int @ref, string? newName = null, bool isLast = true) => AssertAsync(
        owner, isLast, ["keep", "c" + user, user, "", PresenceMeta.From(new { name = newName ?? string.Empty }).Utf8Json, newName is null ? "c" : "cm", @ref, 1_000 * @ref, @ref, ""]);

    /// <summary>A node tells that an entry has ended which it had before.</summary>
    public Task<(string Outcome, int Ref, GroupChange? Change)> EndAsync(string owner, string user, int @ref) =>
        AssertAsync(owner, true, ["requested", "c" + user, user, "", "{}", "", @ref, 0, 0, ""]);

    public Task<GroupState> ReadAsync() => Groups.Reader.ReadAsync(Key);

    /// <summary>What there is, as text.</summary>
    public async Task<IReadOnlyList<string>> EntriesAsync() =>
    [
        .. (await ReadAsync()).Users
            .SelectMany(user => user.Entries.Select(entry => (user.Id, entry)))
            .OrderBy(found => found.entry.Ref)
            .Select(found => $"{found.Id} {found.entry.Ref} {found.entry.Owner} {Name(found.entry.Meta)}".TrimEnd()),
    ];

    public static string Name(PresenceMeta meta) => meta["name"]!;

    public ValueTask DisposeAsync() => _store!.DisposeAsync();

    private async Task<(string Outcome, int Ref, GroupChange? Change)> AssertAsync(string owner, bool isLast, RedisValue[] line)
    {
        var (_, _, answers) = await Groups.Requests.AssertAsync(Key, Owner.NodeOf(owner), owner, LostEpoch, 1, leaseLost: false, isLast, line);
        return ((string)answers[0]!, (int)answers[1], Groups.Requests.Read(answers[2]));
    }
}
