using System.Collections.Immutable;
using CsCheck;

namespace Djust.Presence.Redis.Tests.Groups;

/// <summary>Records as any application could cause them: names of any characters that are let in, and numbers up to the ends.</summary>
internal static class RandomRecords
{
    /// <summary>What the names of users, hubs and connections are made of: no control characters, and no half of a pair.</summary>
    public static readonly Gen<string> Text = Gen.OneOf(
        Gen.Char['!', '~'].Select(c => c.ToString()),
        Gen.OneOf(" ", "é", "e\u0301", "漢", "😀", "\u2028", "__proto__", "*", "{", "}", "%", "\\", "\"")).Array[1, 12].Select(string.Concat);

    public static readonly Gen<PresenceMeta> Meta = Gen.OneOf(
        Gen.Const(PresenceMeta.Empty),
        Text.Select(name => PresenceMeta.From(new { name })),
        Gen.Select(Gen.Int, Gen.Bool).Select((number, flag) => PresenceMeta.From(new { number, list = new object[] { flag, new { number } } })));

    public static readonly Gen<string> OwnerName = Gen.OneOf(Gen.Const(string.Empty), Gen.Select(Gen.Int[0, 9], Gen.Int[1, 99]).Select((node, life) => $"n{node}.{life}"));

    public static readonly Gen<GroupChange> Change = Gen.Select(
        Gen.Select(Text, Gen.Long[0, long.MaxValue], Gen.OneOf(Kinds), Gen.Enum<PresenceChangeReason>(), Gen.OneOf(Gen.Const((string?)null), Text.Select(hub => (string?)hub))),
        Gen.Select(Text, Gen.Long[0, 253_402_300_799_999], Entries),
        Gen.Int[0, int.MaxValue]).Select((head, user, first) => new GroupChange(
            head.Item1, head.Item2, head.Item3, head.Item4, head.Item5, new UserRecord(user.Item1, DateTimeOffset.FromUnixTimeMilliseconds(user.Item2), user.Item3), first));

    private static PresenceChangeKind?[] Kinds =>
        [PresenceChangeKind.Join, PresenceChangeKind.Update, PresenceChangeKind.Leave, PresenceChangeKind.Connections, null];

    private static Gen<ImmutableArray<EntryRecord>> Entries =>
        Gen.Select(Gen.Int[1, int.MaxValue], OwnerName, Gen.Long[0, long.MaxValue], Gen.Long[0, long.MaxValue], Meta)
            .Select((@ref, owner, deadline, stamp, meta) => new EntryRecord(@ref, owner, deadline, stamp, meta)).Array[1, 5]
            .Select(entries => entries.DistinctBy(entry => entry.Ref).OrderBy(entry => entry.Ref).ToImmutableArray());

    /// <summary>The meta of a user: the newest; of several as new, the first.</summary>
    public static PresenceMeta Newest(UserRecord user) => user.Entries.OrderByDescending(entry => entry.Stamp).ThenBy(entry => entry.Ref).First().Meta;
}
