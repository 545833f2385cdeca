using FluentAssertions;
using Xunit;

namespace Djust.Presence.Tests.Cursors;

public sealed class CursorTimeTests : IDisposable
{
    private readonly CursorTestsNode _node = new();

    public void Dispose() => _node.Dispose();

    [Fact]
    public async Task A_cursor_that_stands_still_for_ten_seconds_is_gone_and_its_owner_is_still_there()
    {
        var (ada, bob) = (await _node.ConnectAsync("ada"), await _node.ConnectAsync("bob"));
        var moved = _node.Node.Time.GetUtcNow();
        ada.Move(0.5, 0.25);
        await _node.UntilAsync(() => bob.Cursors.ContainsKey(ada.Ref), "Bob sees it");
        await _node.Node.RunAsync(moved.AddSeconds(9) - _node.Node.Time.GetUtcNow());
        await _node.KeepAsync();
        (await _node.PositionsAsync()).Should().Be("ada=0.5,0.25");

        await _node.Node.RunAsync(TimeSpan.FromSeconds(1));
        (await _node.PositionsAsync()).Should().BeEmpty("reading tells the truth before the keeper has come");
        await _node.KeepAsync();
        await _node.UntilAsync(() => bob.Cursors.Count == 0, "Bob is told");
        (await _node.Node.Presence.PresenceCountAsync(CursorTestsNode.Key)).Should().Be(2);
        ada.Frames.Should().BeEmpty("one's own end is no news");

        ada.Move(0.75, 0.25);
        await _node.UntilAsync(() => bob.Cursors.GetValueOrDefault(ada.Ref) == (0.75, 0.25), "it comes back with the next move");
    }

    [Fact]
    public async Task A_cursor_that_moves_now_and_then_stays()
    {
        var (ada, bob) = (await _node.ConnectAsync("ada"), await _node.ConnectAsync("bob"));
        for (var i = 1; i <= 10; i++)
        {
            var moved = _node.Node.Time.GetUtcNow();
            ada.Move(i, 0);
            await _node.UntilAsync(() => bob.Cursors.GetValueOrDefault(ada.Ref) == (i, 0), "Bob sees it");
            await _node.Node.RunAsync(moved.AddSeconds(9) - _node.Node.Time.GetUtcNow());
            await _node.KeepAsync();
        }

        bob.Cursors.Should().ContainSingle();
    }

    [Fact]
    public async Task In_a_room_with_one_connection_not_even_the_end_of_its_cursor_is_sent()
    {
        var ada = await _node.ConnectAsync("ada");
        ada.Move(1, 1);
        await _node.Node.RunAsync(TimeSpan.FromSeconds(11));
        await _node.KeepAsync();
        var room = _node.Node.Get<RoomRegistry>().Find(CursorTestsNode.Key)!;
        await _node.UntilAsync(() => room.Cursors.Take() is null && room.Cursors.Frame > 0, "the room has flushed");
        ada.Frames.Should().BeEmpty();
    }

    [Fact]
    public async Task A_position_that_the_application_notes_is_found_until_it_is_old_or_removed()
    {
        await _node.Cursors.UpdateCursorAsync("bots:1", "bot", 1, 2, new { name = "Bot" });
        var position = (await _node.Cursors.GetCursorsAsync("bots:1"))["bot"];
        position.Should().Be(new CursorPosition(1, 2, _node.Node.Time.GetUtcNow(), PresenceMeta.From(new { name = "Bot" })));
        (await _node.Cursors.RemoveCursorAsync("bots:1", "bot")).Should().BeTrue();
        (await _node.Cursors.RemoveCursorAsync("bots:1", "bot")).Should().BeFalse();
        (await _node.Cursors.GetCursorsAsync("bots:1")).Should().BeEmpty();

        await _node.Cursors.UpdateCursorAsync("bots:1", "bot", 1, 2);
        await _node.KeepAsync();
        _node.Node.Time.Advance(TimeSpan.FromSeconds(10));
        (await _node.Cursors.GetCursorsAsync("bots:1")).Should().BeEmpty();
        await _node.KeepAsync();
        _node.Cursors.Keys.Should().BeEmpty("nothing is left over");
    }

    [Fact]
    public async Task A_user_who_has_moved_and_was_noted_is_where_the_newest_says()
    {
        var ada = await _node.ConnectAsync("ada");
        ada.Move(1, 1);
        _node.Node.Time.Advance(TimeSpan.FromSeconds(1));
        await _node.Cursors.UpdateCursorAsync(CursorTestsNode.Key, "ada", 2, 2);
        (await _node.PositionsAsync()).Should().Be("ada=2,2");
        _node.Node.Time.Advance(TimeSpan.FromSeconds(1));
        ada.Move(3, 3);
        (await _node.PositionsAsync()).Should().Be("ada=3,3");
        await _node.UntilAsync(() => _node.Node.Get<RoomRegistry>().Find(CursorTestsNode.Key)!.Snapshot.Count == 1, "the room has flushed her join");
        (await _node.Cursors.GetCursorsAsync(CursorTestsNode.Key))["ada"].Meta["name"].Should().Be("ada", "a connection's cursor has its user's meta");
    }

    [Theory]
    [InlineData("", "ada", 0)]
    [InlineData("k", "", 0)]
    [InlineData("k", "ada", double.NaN)]
    [InlineData("k", "ada", 1e10)]
    public async Task What_is_not_acceptable_is_refused_by_the_tracker(string key, string userId, double x)
    {
        var update = () => _node.Cursors.UpdateCursorAsync(key, userId, x, 0);
        await update.Should().ThrowAsync<ArgumentException>();
    }

    [Fact]
    public async Task A_tab_that_opened_and_closed_between_two_flushes_leaves_no_cursor()
    {
        var bob = await _node.ConnectAsync("bob");
        var ada = await _node.ConnectAsync("ada");
        var room = _node.Node.Get<RoomRegistry>().Find(CursorTestsNode.Key)!;
        await _node.UntilAsync(() => bob.Frames.Any() || room.LastFlush is not null, "the room has flushed");

        // The clock stands still, so no flush is due between these.
        var tracker = _node.Node.Get<PresenceTracker>();
        var tab = new CursorTestsNode.Client(_node, "tab");
        await tracker.TrackAsync(tab.Connection, CursorTestsNode.Key, "ada", PresenceMeta.Empty);
        tab.Move(1, 1);
        await tab.LeaveAsync();
        ada.Move(2, 2);
        await _node.UntilAsync(() => bob.Cursors.ContainsKey(ada.Ref), "Bob sees Ada");
        bob.Cursors.Should().ContainSingle();
        room.Cursors.Local().Should().ContainSingle();
    }
}
