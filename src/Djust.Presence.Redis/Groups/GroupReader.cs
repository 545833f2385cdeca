using System.Runtime.InteropServices;
using StackExchange.Redis;

namespace Djust.Presence;

/// <summary>Reads a whole group in one transaction: what the hashes hold is taken as it is, without a script in between.</summary>
internal sealed class GroupReader(RedisLink link, RedisKeys keys, GarbageCounter garbage)
{
    private static readonly RedisValue[] Numbering = ["epoch", "version"];

    public async Task<GroupState> ReadAsync(string key)
    {
        var names = keys.Group(key);
        var (state, entries, beats) = await link.CallAsync(async database =>
        {
            var transaction = database.CreateTransaction();
            var state = transaction.HashGetAsync(names[3], Numbering);
            var entries = transaction.HashGetAllAsync(names[0]);
            var beats = transaction.SortedSetRangeByRankWithScoresAsync(names[4]);
            await transaction.ExecuteAsync();
            return (await state, await entries, await beats);
        });
        return GroupState.Of(key, (string?)state[0] ?? string.Empty, state[1].TryParse(out long version) ? version : 0, Users(entries, Deadlines(beats)));
    }

    /// <summary>The group's numbering now.</summary>
    public async Task<(string Epoch, long Version)> ReadVersionAsync(string key)
    {
        var state = await link.CallAsync(database => database.HashGetAsync(keys.Group(key)[3], Numbering));
        return ((string?)state[0] ?? string.Empty, state[1].TryParse(out long version) ? version : 0);
    }

    /// <summary>When the entries on their own heartbeats end now.</summary>
    public async Task<Dictionary<int, long>> ReadDeadlinesAsync(string key)
    {
        var beats = await link.CallAsync(database => database.SortedSetRangeByRankWithScoresAsync(keys.Group(key)[4]));
        return Deadlines(beats);
    }

    private static Dictionary<int, long> Deadlines(SortedSetEntry[] beats)
    {
        var deadlines = new Dictionary<int, long>(beats.Length);
        foreach (var beat in beats)
        {
            deadlines[Ref(beat.Element)] = (long)beat.Score;
        }

        return deadlines;
    }

    private Dictionary<string, UserRecord> Users(HashEntry[] hash, Dictionary<int, long> deadlines)
    {
        var users = new Dictionary<string, UserRecord>(hash.Length, StringComparer.Ordinal);
        var owner = string.Empty;
        foreach (var field in hash)
        {
            if (GroupFormat.ReadEntry(Ref(field.Name), (ReadOnlyMemory<byte>)field.Value, owner) is not { } read)
            {
                garbage.Found("an entry that cannot be read");
                continue;
            }

            owner = read.Entry.Owner;
            var entry = owner.Length == 0 ? read.Entry with { Deadline = deadlines.GetValueOrDefault(read.Entry.Ref) } : read.Entry;
            ref var user = ref CollectionsMarshal.GetValueRefOrAddDefault(users, read.UserId, out _);
            user = user is null ? new UserRecord(read.UserId, read.JoinedAt, [entry]) : user.With(entry);
        }

        return users;
    }

    private static int Ref(RedisValue text) => text.TryParse(out long number) && number is > 0 and <= int.MaxValue ? (int)number : 0;
}
