using FluentAssertions;
using Xunit;

namespace Djust.Presence.Tests.Cursors;

public sealed class CursorNotesTests
{
    [Fact]
    public void The_newest_position_of_each_user_is_kept()
    {
        var notes = new CursorNotes().With("ada", At(1), 1).With("bob", At(2), 2).With("ada", At(3), 3);
        notes.Since(_ => true).Should().BeEquivalentTo(new Dictionary<string, CursorPosition> { ["ada"] = At(3), ["bob"] = At(2) });
    }

    [Fact]
    public void A_change_leaves_what_was_handed_out_as_it_was()
    {
        var before = new CursorNotes().With("ada", At(1), 1);
        before.With("bob", At(2), 2);
        before.Without("ada");
        before.Keep(_ => false);
        before.Since(_ => true).Select(note => note.Key).Should().Equal("ada");
    }

    [Fact]
    public void What_is_old_is_not_given_and_can_be_dropped()
    {
        var notes = new CursorNotes().With("old", At(1), 1).With("new", At(2), 20);
        notes.Since(at => at > 10).Select(note => note.Key).Should().Equal("new");
        var kept = notes.Keep(at => at > 10);
        (kept.Has("old"), kept.Has("new")).Should().Be((false, true));
        kept.Keep(at => at > 10).Should().BeSameAs(kept, "nothing is old any more");
        kept.Keep(_ => false).IsEmpty.Should().BeTrue();
    }

    [Fact]
    public void Users_are_told_apart_by_their_exact_ids()
    {
        var notes = new CursorNotes().With("é", At(1), 1).With("e\u0301", At(2), 1).With("E", At(3), 1);
        notes.Since(_ => true).Should().HaveCount(3);
        notes.Without("é").Has("e\u0301").Should().BeTrue();
    }

    private static CursorPosition At(double x) => new(x, 0, DateTimeOffset.UnixEpoch, PresenceMeta.Empty);
}
