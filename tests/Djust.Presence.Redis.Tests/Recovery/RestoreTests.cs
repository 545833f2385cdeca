using FluentAssertions;
using Xunit;
using static Djust.Presence.Redis.Tests.Recovery.LostRoom;

namespace Djust.Presence.Redis.Tests.Recovery;

/// <summary>What nodes tell a store that has lost a group: the nodes a and b of what c and d had, and these themselves.</summary>
public abstract class RestoreTests : IAsyncLifetime
{
    private LostRoom _room = null!;

    protected abstract string Endpoint { get; }

    public async Task InitializeAsync() => _room = await LostRoom.OpenAsync(Endpoint);

    public async Task DisposeAsync() => await _room.DisposeAsync();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Whoever_comes_first_what_there_is_in_the_end_is_what_was_known_last(bool knowsLessFirst)
    {
        // Bob left and eve came before the memory was lost, and a has not heard of it.
        Func<Task<bool>>[] nodes =
        [
            () => _room.RestoreAsync("a", 4, [Entry("ada", 1, "c.1"), Entry("bob", 2, "c.1"), Entry("dan", 3, "d.1")]),
            () => _room.RestoreAsync("b", 6, [Entry("ada", 1, "c.1"), Entry("dan", 3, "d.1"), Entry("eve", 4, "d.1")]),
        ];

        (await nodes[knowsLessFirst ? 0 : 1]()).Should().BeFalse("nobody was here before");
        (await nodes[knowsLessFirst ? 1 : 0]()).Should().BeTrue("somebody was here before");

        (await _room.EntriesAsync()).Should().Equal("ada 1 c.1", "dan 3 d.1", "eve 4 d.1");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_newer_meta_wins_whoever_comes_first(bool knowsLessFirst)
    {
        Func<Task<bool>>[] nodes =
        [
            () => _room.RestoreAsync("a", 4, [Entry("ada", 1, "c.1", "old", stamp: 5)]),
            () => _room.RestoreAsync("b", 6, [Entry("ada", 1, "c.1", "new", stamp: 7)]),
        ];

        await nodes[knowsLessFirst ? 0 : 1]();
        await nodes[knowsLessFirst ? 1 : 0]();

        (await _room.EntriesAsync()).Should().Equal("ada 1 c.1 new");
    }

    [Fact]
    public async Task What_was_written_while_the_store_was_away_is_newer_than_what_others_tell_later()
    {
        await _room.RestoreAsync("a", 4, [Entry("ada", 1, "c.1", "old", stamp: 5)]);
        await _room.KeepAsync("c.2", "ada", 1, newName: "written");

        // A second tab of hers at d.
        await _room.RestoreAsync("b", 6, [Entry("ada", 1, "c.1", "old", stamp: 5), Entry("ada", 2, "d.1", "later", stamp: 9)]);

        Name((await _room.ReadAsync()).Find("ada")!.ToPresence(_room.Key).Meta).Should().Be("written");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Who_has_told_everything_is_not_spoken_for(bool hasToldAll)
    {
        await _room.KeepAsync("c.2", "ada", 1, isLast: hasToldAll);

        await _room.RestoreAsync("b", 6, [Entry("ada", 1, "c.1"), Entry("bob", 2, "c.1"), Entry("dan", 3, "d.1")]);

        string[] spokenFor = hasToldAll ? [] : ["bob 2 c.1"];
        (await _room.EntriesAsync()).Should().Equal(["ada 1 c.2", .. spokenFor, "dan 3 d.1"]);
    }

    [Fact]
    public async Task A_node_takes_over_what_others_have_told_in_its_place()
    {
        await _room.RestoreAsync("a", 4, [Entry("ada", 7, "c.1")]);
        var before = (await _room.ReadAsync()).Version;

        var (outcome, @ref, change) = await _room.KeepAsync("c.2", "ada", 7);

        (outcome, @ref, change!.Kind).Should().Be(("same", 7, null));
        (await _room.ReadAsync()).Version.Should().Be(before, "nobody sees a difference");
        (await _room.EntriesAsync()).Should().Equal("ada 7 c.2");
    }

    [Fact]
    public async Task An_entry_that_has_ended_meanwhile_ends_with_one_leave()
    {
        await _room.RestoreAsync("a", 4, [Entry("ada", 7, "c.1"), Entry("bob", 8, "c.1")]);
        await _room.RestoreAsync("c", 4, [Entry("ada", 7, "c.2")], refs: [7, 8]);

        var (outcome, _, change) = await _room.EndAsync("c.2", "ada", 7);

        (outcome, change!.Kind, change.User.Id).Should().Be(("changed", PresenceChangeKind.Leave, "ada"));
        (await _room.EndAsync("c.2", "ada", 7)).Outcome.Should().Be("missing");
        (await _room.EntriesAsync()).Should().Equal("bob 8 c.1");
    }

    [Fact]
    public async Task An_entry_that_only_its_own_node_tells_of_ends_with_one_leave_too()
    {
        await _room.RestoreAsync("c", 4, [Entry("ada", 7, "c.2")]);

        (await _room.EndAsync("c.2", "ada", 7)).Change!.Kind.Should().Be(PresenceChangeKind.Leave);
        (await _room.EndAsync("c.2", "ada", 7)).Outcome.Should().Be("missing");
        (await _room.EntriesAsync()).Should().BeEmpty();
    }

    [Fact]
    public async Task An_entry_whose_number_another_user_has_gets_another_one_and_is_taken_over_all_the_same()
    {
        await _room.KeepAsync("d.2", "dan", 7);
        await _room.RestoreAsync("a", 4, [Entry("ada", 7, "c.1")]);
        var given = (await _room.ReadAsync()).Find("ada")!.Entries.Should().ContainSingle().Subject.Ref;

        var (outcome, @ref, change) = await _room.KeepAsync("c.2", "ada", 7);

        given.Should().BeGreaterThan(7);
        (outcome, @ref, change!.Kind).Should().Be(("same", given, null));
        (await _room.EntriesAsync()).Should().Equal("dan 7 d.2", $"ada {given} c.2");
    }

    [Fact]
    public async Task A_group_that_was_not_lost_is_left_alone()
    {
        await _room.Node.JoinAsync(_room.Key, "ada");
        var (before, listed) = (await _room.ReadAsync(), await _room.EntriesAsync());

        var wasRestored = await _room.RestoreAsync("a", 9, [Entry("ada", 1, "c.1", "other", stamp: 99), Entry("bob", 2, "c.1")], epoch: before.Epoch);

        wasRestored.Should().BeFalse();
        (await _room.EntriesAsync()).Should().Equal(listed);
        (await _room.ReadAsync()).Version.Should().Be(before.Version);
    }

    [Fact]
    public async Task Who_did_not_follow_a_group_has_not_restored_it()
    {
        await _room.KeepAsync("d.2", "dan", 3);

        await _room.RestoreAsync("d", 0, []);

        (await _room.RestoreAsync("a", 4, [Entry("ada", 1, "c.1")])).Should().BeFalse();
        (await _room.RestoreAsync("b", 4, [Entry("ada", 1, "c.1")])).Should().BeTrue();
    }

    /// <summary>Heartbeats are not published: a node knows the deadline only that there was when the entry came.</summary>
    [Fact]
    public async Task An_entry_on_its_own_heartbeat_lives_on_until_its_node_can_say_more()
    {
        var past = new LostEntry("bot", DateTimeOffset.UnixEpoch, new EntryRecord(1, string.Empty, Deadline: 1, Stamp: 1, PresenceMeta.Empty));
        await _room.Groups.Leases.NoteAsync(_room.Key, TimeSpan.FromMilliseconds(1));

        await _room.RestoreAsync("a", 4, [past]);

        (await _room.Groups.Requests.ExpireAsync(_room.Key, 10)).Changes.Should().BeEmpty();
        (await _room.Groups.Reader.ReadDeadlinesAsync(_room.Key))[1].Should().BeGreaterThan(_room.Groups.Leases.Table.StoreTime + 60_000);
    }
}
