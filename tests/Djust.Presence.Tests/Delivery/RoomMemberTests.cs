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
        var member = CreateMember();
        member.Track(new RoomSelf("ada", 5), "e", 3);
        member.Deliver(Flush(View(2), View(2)));
        _writer.Targets.Should().BeEmpty();
        member.Deliver(Flush(View(2), View(3)));
        _writer.Targets.Should().Equal("PresenceState");
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

    private static Presence Presence(string id) => new("k", id, DateTimeOffset.UnixEpoch, PresenceMeta.Empty, [new PresenceConnection(1)]);

    private static RoomView View(long version) => RoomView.Of(PresenceSnapshot.Empty("k", "e", version));

    private static RoomFlush Flush(RoomView before, RoomView after, params string[] events) =>
        new(before, after, PresenceDiff.None, [.. events.Select(name => new RoomMessage(name, "{}"u8.ToArray()))], 100);

    private RoomMember CreateMember() => new(_writer, () => { });

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

        public ValueTask WriteAsync(RoomMessage message)
        {
            Targets.Add(message.Target);
            Messages.Add(System.Text.Json.JsonSerializer.Serialize(message.Argument));
            return _blocked is null ? ValueTask.CompletedTask : new ValueTask(_blocked.Task);
        }
    }
}
