using Djust.Presence.Backends;
using FluentAssertions;
using Xunit;

namespace Djust.Presence.BackendContract;

/// <content>Keys and ids are just characters.</content>
public abstract partial class PresenceBackendContract
{
    private static readonly string[] Names =
    [
        "a", "A", "a ", " a", "a:b", "a:b:c", "a_b", "a/b", "*", "a*", "?", "[ab]", "{}", "{a}", "}{", "{", "\\", "%", "%2A", "'", "\"", "$", "|", ",", ";",
        "__proto__", "constructor", "toString", "hasOwnProperty", "null", "true", "0", "-1", "42", "042", "4.2e1",
        "\u00e9", "e\u0301", "\u212b", "\u00c5", "שלום", "\u202eabc", "😀", "👩‍👩‍👧", "\ud83d\ude00\ud83d\ude01", "ﬀ", "ı", "İ", "ß", "ẞ",
        new('x', 200), new('x', 199), new('é', 200), string.Concat(Enumerable.Repeat("😀", 100)),
    ];

    [Fact]
    public async Task Every_key_is_a_group_of_its_own()
    {
        foreach (var (name, i) in Names.Select((name, i) => (name, i)))
        {
            (await A.JoinAsync(name, "user" + i, "c")).Change!.Key.Should().Be(name);
        }

        foreach (var (name, i) in Names.Select((name, i) => (name, i)))
        {
            await ShouldListAsync(name, "user" + i);
            (await B.ReadAsync(name)).Key.Should().Be(name);
        }
    }

    [Fact]
    public async Task Every_user_id_is_a_user_of_their_own()
    {
        foreach (var name in Names)
        {
            (await A.JoinAsync(Key, name, "connection of " + name)).Change!.Kind.Should().Be(PresenceChangeKind.Join);
            (await A.JoinAloneAsync(Key, name, Forever)).Change!.Kind.Should().Be(PresenceChangeKind.Connections);
        }

        await ShouldListAsync(Key, Names);
        foreach (var name in Names)
        {
            (await B.LeaveUserAsync(Key, name)).Presence!.Id.Should().Be(name);
        }

        await ShouldListAsync(Key);
    }

    [Fact]
    public async Task Every_connection_id_is_a_connection_of_its_own()
    {
        foreach (var name in Names)
        {
            await A.JoinAsync(Key, "ada", name);
        }

        await ShouldShowAsync("ada", presence => presence.Connections.Select(connection => connection.Ref).Should().HaveSameCount(Names).And.OnlyHaveUniqueItems());
        foreach (var name in Names)
        {
            (await A.LeaveAsync(Key, name)).Outcome.Should().Be(PresenceOutcome.Changed);
        }

        await ShouldListAsync(Key);
    }

    [Fact]
    public async Task Observers_of_every_key_hear_of_their_own_group_only()
    {
        var feeds = new List<FeedRecorder>();
        foreach (var name in Names)
        {
            feeds.Add(await FollowAsync(B, name));
        }

        foreach (var name in Names)
        {
            await A.JoinAsync(name, name, "c");
        }

        foreach (var (name, i) in Names.Select((name, i) => (name, i)))
        {
            await ShouldAgreeAsync(feeds[i], name);
            feeds[i].State!.Presences.Select(presence => presence.Id).Should().Equal(name);
        }
    }

    [Fact]
    public async Task A_key_and_an_id_never_run_into_each_other()
    {
        await A.JoinAsync("a:b", "c", "1");
        await A.JoinAsync("a", "b:c", "2");
        await ShouldListAsync("a:b", "c");
        await ShouldListAsync("a", "b:c");
        await A.LeaveAsync("a:b", "1");
        await ShouldListAsync("a", "b:c");
    }

    [Fact]
    public async Task A_connection_and_a_node_never_run_into_each_other()
    {
        var (one, other) = (new PresenceEntryId("x:y", "z"), new PresenceEntryId("x", "y:z"));
        var backends = new[] { Store.ConnectNode(), Store.ConnectNode() };
        foreach (var (entry, backend) in new[] { one, other }.Zip(backends))
        {
            await backend.RenewLeaseAsync(entry.NodeId, Forever);
            await backend.JoinAsync(new PresenceJoin { Key = Key, Entry = entry, UserId = "ada", Meta = PresenceMeta.Empty });
        }

        await ShouldShowAsync("ada", presence => presence.Connections.Should().HaveCount(2));
        await A.Backend.LeaveAsync(Key, PresenceTarget.Of(one), PresenceChangeReason.Requested);
        await ShouldShowAsync("ada", presence => presence.Connections.Should().ContainSingle());
        await backends[0].ReleaseNodeAsync(one.NodeId).ToListAsync();
        await ShouldListAsync(Key, "ada");
    }
}
