using FluentAssertions;
using Xunit;

namespace Djust.Presence.Tests.Delivery;

/// <summary>How one connection is brought up to date, with a writer whose writes finish when the test says so.</summary>
public sealed class RoomMemberTests
{
    private readonly SlowWriter _writer = new();
    private readonly PresenceSnapshot _empty = PresenceSnapshot.Empty("k", "e", 1);

    [Fact]
    public void The_first_message_is_a_state_and_what_follows_are_diffs()
    {
        var member = CreateMember();
        var one = View(1);
        member.Deliver(Flush(one, one));
        member.Deliver(Flush(one, View(2)));
        member.Deliver(Flush(View(2), View(2)));
        _writer.Targets.Should().Equal("PresenceState", "PresenceDiff");
    }

    [Fact]
    public void A_connection_that_is_behind_is_passed_over_and_gets_one_diff_from_where_it_was_when_it_has_caught_up()
    {
        var member = CreateMember();
        member.Deliver(Flush(View(1), View(1)));
        _writer.Block();
        member.Deliver(Flush(View(1), View(2)));
        member.Deliver(Flush(View(2), View(3)));
        member.Deliver(Flush(View(3), View(4)));
        _writer.Targets.Should().Equal("PresenceState", "PresenceDiff");
        _writer.Unblock();
        member.Deliver(Flush(View(4), View(4)));
        _writer.Targets.Should().Equal("PresenceState", "PresenceDiff", "PresenceDiff");
        _writer.Messages[2].Should().Contain("\"from\":2,\"version\":4");
    }

    [Fact]
    public void A_connection_that_was_passed_over_is_told_of_all_that_it_has_missed()
    {
        var member = CreateMember();
        var (ada, both) = (View(3, Presence("ada")), View(4, Presence("ada"), Presence("bob", 2)));
        member.Deliver(Flush(View(1), View(1)));
        _writer.Block();
        member.Deliver(Flush(View(1), View(2)));
        member.Deliver(Step(View(2), ada));
        _writer.Unblock();
        member.Deliver(Step(ada, both));
        _writer.Messages[2].Should().Contain("\"from\":2,\"version\":4").And.Contain("\"ada\"").And.Contain("\"bob\"");
    }

    [Fact]
    public void Events_wait_for_a_connection_that_is_behind_and_the_oldest_give_way()
    {
        var member = CreateMember();
        member.Deliver(Flush(View(1), View(1)));
        _writer.Block();
        member.Deliver(Flush(View(1), View(2)));
        var dropped = 0;
        for (var i = 0; i < RoomMember.MaxPendingEvents + 10; i++)
        {
            dropped += member.Deliver(Flush(View(2), View(2), "event" + i));
        }

        dropped.Should().Be(10);
        _writer.Unblock();
        member.Deliver(Flush(View(2), View(2), "last"));
        _writer.Targets.Skip(2).Should().Equal([.. Enumerable.Range(10, RoomMember.MaxPendingEvents).Select(i => "event" + i), "last"]);
    }

    [Fact]
    public void A_new_epoch_is_a_fresh_state_for_everybody()
    {
        var member = CreateMember();
        member.Deliver(Flush(View(1), View(1)));
        member.Deliver(Flush(View(1), RoomView.Of(PresenceSnapshot.Empty("k", "other", 7))));
        _writer.Targets.Should().Equal("PresenceState", "PresenceState");
    }

    [Fact]
    public void No_state_is_older_than_the_members_own_join()
    {
        var member = new RoomMember(_writer, () => { }, Rate.Of(120, RoomMember.MoveBurstSeconds));
        member.Deliver(Flush(View(1), View(1), "before it asked for anything"));
        member.Track(Commit("ada", 5, 3), "ada");
        member.Deliver(Flush(View(2), View(2), "meanwhile"));
        _writer.Targets.Should().BeEmpty();
        member.Deliver(Flush(View(2), View(3)));
        _writer.Targets.Should().Equal("PresenceState", "meanwhile");
        _writer.Messages[0].Should().Contain("\"self\":{\"id\":\"ada\",\"ref\":5}");
    }

    [Fact]
    public void A_watcher_that_tracks_stays_a_watcher_until_its_join_has_come_through_the_feed()
    {
        var member = CreateMember();
        member.Deliver(Flush(View(1), View(1)));
        member.Track(Commit("ada", 5, 3), "ada");
        member.Deliver(Flush(View(1), View(2)));
        member.Deliver(Flush(View(2), View(3)));
        _writer.Targets.Should().Equal("PresenceState", "PresenceDiff", "PresenceState");
    }

    [Fact]
    public void A_user_whom_the_application_removes_is_a_watcher_unless_it_has_tracked_anew()
    {
        var member = CreateMember();
        member.Track(Commit("ada", 5, 1), "ada");
        member.Follow(Presence("ada"));
        member.Self.Should().NotBeNull("the removal was of an entry before this one");
        member.Follow(Presence("ada", 5));
        member.Self.Should().BeNull();
    }

    [Fact]
    public void One_is_in_ones_own_state_even_beyond_the_presences_that_are_sent()
    {
        var own = Presence("z", 5);
        var crowd = RoomView.Of(PresenceSnapshot.Create("k", "e", 9, [Presence("a"), Presence("b"), Presence("c"), own]));
        var member = new RoomMember(_writer, () => { }, Rate.Of(120, RoomMember.MoveBurstSeconds));
        member.Track(new Backends.PresenceCommit(Backends.PresenceOutcome.Changed) { Presence = own, Ref = 5, Epoch = "e", Version = 9 }, "z");
        member.Deliver(new RoomFlush(crowd, crowd, PresenceDiff.None, [], 2));
        var ids = System.Text.Json.JsonDocument.Parse(_writer.Messages[0]).RootElement.GetProperty("presences").EnumerateArray().Select(p => p.GetProperty("id").GetString());
        ids.Should().Equal("a", "b", "z");

        // Its own update is beyond the common diff.
        PresenceChange[] changes = [Change(10, PresenceChangeKind.Update, Presence("z", 5, "new"))];
        var (after, diff) = crowd.Advance(null, changes, 2);
        member.Deliver(new RoomFlush(crowd, after, diff, [], 2));
        _writer.Targets.Should().Equal("PresenceState", "PresenceState");
        _writer.Messages[1].Should().Contain("\"name\":\"new\"");
    }

    [Fact]
    public void What_nets_to_nothing_is_not_sent_and_the_next_diff_starts_where_the_last_message_ended()
    {
        var ada = Presence("ada");
        var before = RoomView.Of(_empty);
        PresenceChange[] cameAndWent = [Change(2, PresenceChangeKind.Join, ada), Change(3, PresenceChangeKind.Leave, ada)];
        var (after, diff) = before.Advance(null, cameAndWent, 100);
        diff.IsEmpty.Should().BeTrue();
        after.Version.Should().Be(1);
        after.Snapshot.Version.Should().Be(3);
        var (later, _) = after.Advance(null, [Change(4, PresenceChangeKind.Join, ada)], 100);
        later.Version.Should().Be(4);
    }

    private static PresenceChange Change(long version, PresenceChangeKind kind, Presence presence) =>
        new() { Key = "k", Epoch = "e", Version = version, Kind = kind, Presence = presence };

    private static Presence Presence(string id, int @ref = 1, string name = "old") =>
        new("k", id, DateTimeOffset.UnixEpoch, PresenceMeta.From(new { name }), [new PresenceConnection(@ref)]);

    private static Backends.PresenceCommit Commit(string userId, int @ref, long version) =>
        new(Backends.PresenceOutcome.Changed) { Presence = Presence(userId, @ref), Ref = @ref, Epoch = "e", Version = version };

    private static RoomView View(long version, params Presence[] presences) => RoomView.Of(PresenceSnapshot.Create("k", "e", version, presences));

    private static RoomFlush Step(RoomView before, RoomView after) =>
        new(before, after, PresenceDiff.Between(before.Snapshot.Presences, after.Snapshot.Presences), [], 100);

    private static RoomFlush Flush(RoomView before, RoomView after, params string[] events) =>
        new(before, after, PresenceDiff.None, [.. events.Select(name => new RoomMessage(name, "{}"u8.ToArray()))], 100);

    private RoomMember CreateMember()
    {
        var member = new RoomMember(_writer, () => { }, Rate.Of(120, RoomMember.MoveBurstSeconds));
        member.Watch();
        return member;
    }

    private sealed class SlowWriter : IConnectionWriter
    {
        private TaskCompletionSource? _blocked;

        public List<string> Targets { get; } = [];

        public List<string> Messages { get; } = [];

        public void Block() => _blocked = new TaskCompletionSource();

        public void Unblock()
        {
            _blocked!.SetResult();
            _blocked = null;
        }

        public object? Argument(RoomMessage message) => message.Argument;

        public ValueTask WriteAsync(RoomMessage message)
        {
            Targets.Add(message.Target);
            Messages.Add(System.Text.Json.JsonSerializer.Serialize(message.Argument));
            return _blocked is null ? ValueTask.CompletedTask : new ValueTask(_blocked.Task);
        }
    }
}
