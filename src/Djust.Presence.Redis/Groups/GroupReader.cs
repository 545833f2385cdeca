using System.Runtime.InteropServices;
using StackExchange.Redis;

namespace Djust.Presence;

/// <summary>Reads a whole group in one transaction: what the hashes hold is taken as it is, without a script in between.</summary>
internal sealed class GroupReader(RedisLink link, RedisKeys keys, GarbageCounter garbage)
{
    private static readonly RedisValue[] Numbering = ["epoch", "version"];

    /// <summary>Reads a group in order to follow it.</summary>
    public async Task<GroupState> ReadAsync(string key)
    {
        var state = await ReadAsync(key, reading => State(key, reading));
        state.Snapshot.Prepare();
        return state;
    }

    /// <summary>Reads a group in order to list it.</summary>
    /// <param name="key">The group.</param>
    /// <param name="isAlive">Whether the entries of an owner are certainly alive.</param>
    /// <returns>The list, or the group where some of its entries may not be alive.</returns>
    public Task<(PresenceSnapshot? Listed, GroupState? State)> ListAsync(string key, Func<string, bool> isAlive) =>
        ReadAsync<(PresenceSnapshot?, GroupState?)>(key, reading => List(key, reading, isAlive) is { } listed ? (listed, null) : (null, State(key, reading)));

    /// <summary>The group's numbering now.</summary>
    public async Task<(string Epoch, long Version)> ReadVersionAsync(string key)
    {
        var state = await link.CallAsync(database => database.HashGetAsync(keys.Group(key)[3], Numbering));
        return Numbers(state);
    }

    /// <summary>When the entries on their own heartbeats end now.</summary>
    public async Task<Dictionary<int, long>> ReadDeadlinesAsync(string key)
    {
        var beats = await link.CallAsync(database => database.SortedSetRangeByRankWithScoresAsync(keys.Group(key)[4]));
        return Deadlines(beats);
    }

    private Task<T> ReadAsync<T>(string key, Func<Reading, T> use)
    {
        var names = keys.Group(key);
        return link.CallAsync(async database =>
        {
            var transaction = database.CreateTransaction();
            var state = transaction.HashGetAsync(names[3], Numbering);
            var hash = transaction.ExecuteRespAsync("HGETALL", new RedisKeyOrValue[] { names[0] });
            var beats = transaction.SortedSetRangeByRankWithScoresAsync(names[4]);
            await transaction.ExecuteAsync();
            using var entries = await hash;
            return use(new Reading(Numbers(await state), entries, await beats));
        });
    }

    private GroupState State(string key, Reading reading)
    {
        var entries = new EntryReader(reading.Entries);
        var deadlines = Deadlines(reading.Beats);
        var users = new Dictionary<string, UserRecord>(entries.Count, StringComparer.Ordinal);
        while (entries.Next() is var (userId, joinedAt, entry))
        {
            entry = entry.Owner.Length == 0 ? entry with { Deadline = deadlines.GetValueOrDefault(entry.Ref) } : entry;
            ref var user = ref CollectionsMarshal.GetValueRefOrAddDefault(users, userId, out _);
            user = user is null ? new UserRecord(userId, joinedAt, [entry]) : user.With(entry);
        }

        Report(entries.Unreadable);
        return GroupState.Of(key, reading.Numbers.Epoch, reading.Numbers.Version, users);
    }

    /// <summary>The list of a group, or null as soon as an entry may not be alive.</summary>
    private PresenceSnapshot? List(string key, Reading reading, Func<string, bool> isAlive)
    {
        var entries = new EntryReader(reading.Entries);
        var listing = new GroupListing(key, entries.Count);
        string? owner = null;
        while (entries.Next() is var (userId, joinedAt, entry))
        {
            // Entries of one owner mostly follow each other, and share its name then.
            if (!ReferenceEquals(entry.Owner, owner) && !isAlive(entry.Owner))
            {
                return null;
            }

            owner = entry.Owner;
            listing.Add(userId, joinedAt, entry);
        }

        Report(entries.Unreadable);
        return listing.ToSnapshot(reading.Numbers.Epoch, reading.Numbers.Version);
    }

    private void Report(int unreadable)
    {
        for (var i = 0; i < unreadable; i++)
        {
            garbage.Found("an entry that cannot be read");
        }
    }

    private static (string Epoch, long Version) Numbers(RedisValue[] state) => ((string?)state[0] ?? string.Empty, state[1].TryParse(out long version) ? version : 0);

    private static Dictionary<int, long> Deadlines(SortedSetEntry[] beats)
    {
        var deadlines = new Dictionary<int, long>(beats.Length);
        foreach (var beat in beats)
        {
            deadlines[beat.Element.TryParse(out long number) && number is > 0 and <= int.MaxValue ? (int)number : 0] = (long)beat.Score;
        }

        return deadlines;
    }

    /// <summary>What Redis has answered; good as long as it is being used.</summary>
    private readonly record struct Reading((string Epoch, long Version) Numbers, RespResult Entries, SortedSetEntry[] Beats);
}
