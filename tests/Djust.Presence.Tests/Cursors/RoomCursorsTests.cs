using FluentAssertions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Djust.Presence.Tests.Cursors;

/// <summary>Whose a cursor is, between nodes and over reloads.</summary>
public sealed class RoomCursorsTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly RoomCursors _cursors;

    public RoomCursorsTests() => _cursors = Create();

    [Fact]
    public void A_node_tells_of_its_own_cursors_only()
    {
        _cursors.Move(1, new CursorPoint(1, 1), "ada");
        _cursors.Hear(new CursorMessage("other", false, [2, 5, 5], []));
        _cursors.Take();
        Told(_cursors).Moves.Should().Equal(1, 1, 1);
        _cursors.Local().Select(cursor => cursor.UserId).Should().Equal("ada");
    }

    [Fact]
    public void Another_node_cannot_move_or_end_a_cursor_of_this_one()
    {
        _cursors.Move(1, new CursorPoint(1, 1), "ada");
        _cursors.Hear(new CursorMessage("other", false, [1, 5, 5], [1]));
        _cursors.Take();
        Told(_cursors).Moves.Should().Equal(1, 1, 1);
    }

    [Fact]
    public void After_a_reload_on_another_node_that_node_speaks_for_the_cursor_at_once()
    {
        _cursors.Move(1, new CursorPoint(1, 1), "ada");
        _cursors.Take();
        _cursors.Hold(1);
        Told(_cursors).Moves.Should().BeEmpty("it may have moved there already");
        _cursors.Hear(new CursorMessage("other", false, [1, 5, 5], []));
        var frame = _cursors.Take()!.For(0)!;
        System.Text.Json.JsonSerializer.Serialize(frame.Argument).Should().Contain("[1,5,5]");
        _cursors.Local().Should().BeEmpty();
    }

    [Fact]
    public void After_a_reload_here_the_cursor_is_this_nodes_again()
    {
        _cursors.Move(1, new CursorPoint(1, 1), "ada");
        _cursors.Hold(1);
        _cursors.Move(1, new CursorPoint(2, 2), "ada");
        _cursors.Hear(new CursorMessage("other", false, [1, 5, 5], [1]));
        _cursors.Take();
        Told(_cursors).Moves.Should().Equal(1, 2, 2);
    }

    [Fact]
    public void A_node_that_hears_the_end_of_its_cursor_from_another_that_ended_it_first_is_not_misled()
    {
        var other = Create();
        _cursors.Move(1, new CursorPoint(1, 1), "ada");
        _cursors.Take();
        _cursors.Hold(1);
        other.Move(1, new CursorPoint(2, 2), "ada");
        other.Take();
        _time.Advance(TimeSpan.FromSeconds(9));
        other.Move(1, new CursorPoint(3, 3), "ada");
        other.Take();
        _time.Advance(TimeSpan.FromSeconds(1));
        _cursors.Expire(long.MaxValue).Should().BeTrue();
        _cursors.Take();
        Told(_cursors).Gone.Should().BeEmpty("a third node would end a cursor that is alive on the second");
        Told(other).Moves.Should().Equal(1, 3, 3);
    }

    [Fact]
    public void A_cursor_of_a_node_that_is_heard_no_more_ends_in_the_end()
    {
        _cursors.Hear(new CursorMessage("other", false, [2, 5, 5], []));
        _time.Advance(TimeSpan.FromSeconds(19));
        _cursors.Expire(long.MaxValue).Should().BeFalse();
        _time.Advance(TimeSpan.FromSeconds(1));
        _cursors.Expire(long.MaxValue).Should().BeTrue();
        _cursors.IsEmpty.Should().BeTrue();
    }

    [Fact]
    public void What_ended_is_forgotten_once_everybody_was_told()
    {
        for (var @ref = 1; @ref <= 100; @ref++)
        {
            _cursors.Move(@ref, default, "user");
            _cursors.End(@ref);
            _cursors.Take();
        }

        Told(_cursors).Gone.Should().HaveCount(100);
        _time.Advance(TimeSpan.FromSeconds(21));
        _cursors.Expire(50);
        Told(_cursors).Gone.Should().Equal(Enumerable.Range(51, 50));
        _cursors.Expire(long.MaxValue);
        Told(_cursors).Gone.Should().BeEmpty();
    }

    [Fact]
    public void A_receiver_that_never_reads_does_not_make_the_ends_grow_without_end()
    {
        for (var @ref = 1; @ref <= 30_000; @ref++)
        {
            _cursors.Move(@ref, default, "user");
            _cursors.End(@ref);
            if (@ref % 100 == 0)
            {
                _cursors.Take();
                _cursors.Expire(1);
            }
        }

        Told(_cursors).Gone!.Length.Should().BeLessThanOrEqualTo(10_000);
    }

    [Fact]
    public void A_store_that_numbers_anew_gives_nobody_the_cursor_of_somebody_else()
    {
        _cursors.Move(1, new CursorPoint(1, 1), "ada");
        _cursors.Move(2, new CursorPoint(2, 2), "bob");
        _cursors.Move(3, new CursorPoint(3, 3), "cyd");
        _cursors.Keep(new Dictionary<int, string> { [1] = "ada", [2] = "cyd" });
        _cursors.Local().Select(cursor => cursor.UserId).Should().Equal("ada");
    }

    [Fact]
    public void A_users_newest_position_is_that_of_the_connection_that_moved_last()
    {
        _cursors.Move(1, new CursorPoint(1, 1), "ada");
        _time.Advance(TimeSpan.FromSeconds(1));
        _cursors.Move(2, new CursorPoint(2, 2), "ada");
        _time.Advance(TimeSpan.FromSeconds(1));
        _cursors.Local().Should().ContainSingle().Which.Point.Should().Be(new CursorPoint(2, 2));
        _cursors.EndOf("ada").Should().BeTrue();
        _cursors.EndOf("ada").Should().BeFalse();
        _cursors.IsEmpty.Should().BeTrue();
    }

    private RoomCursors Create() => new("k", _time, TimeSpan.FromSeconds(10));

    private static CursorMessage Told(RoomCursors cursors) => CursorWire.Read(cursors.Tell("me", asks: true, 0))!;
}
