using FluentAssertions;
using Xunit;

namespace Djust.Presence.Tests.Limits;

public sealed class LoudShareTests
{
    private const double First = 2 * LoudShare.FirstPerProcessor;

    private readonly LoudShare _share = new(processors: 2);

    [Fact]
    public void Those_who_are_loud_at_once_share_what_the_node_takes_at_first()
    {
        _share.PerConnection.Should().Be(First);
        Count(new int[500]);
        _share.PerConnection.Should().Be(First / 500);
    }

    [Fact]
    public void A_connection_counts_once_however_often_it_is_loud()
    {
        var notes = new int[10];
        for (var i = 0; i < 100; i++)
        {
            Count(notes);
        }

        _share.PerConnection.Should().Be(First / 10);
    }

    [Fact]
    public void Who_is_loud_no_more_no_longer_shares()
    {
        var notes = new int[10];
        Count(notes);
        for (var look = 0; look < 60; look++)
        {
            _share.Look(late: false, most: 1);
            Count(notes.AsSpan(0, 2));
        }

        _share.PerConnection.Should().Be(First / 2, "most of one connection was never more than its part, so nothing has grown");
    }

    [Fact]
    public void A_node_in_time_takes_more_and_more_until_each_has_all_that_it_may()
    {
        var notes = new int[100];
        for (var look = 0; look < 600; look++)
        {
            Count(notes);
            _share.Look(late: false, most: 1_000);
        }

        _share.PerConnection.Should().BeInRange(1_000, 1_000 * NodeIntake.Recovery);
    }

    [Fact]
    public void A_late_node_begins_again()
    {
        var notes = new int[100];
        for (var look = 0; look < 100; look++)
        {
            Count(notes);
            _share.Look(late: false, most: 1_000);
        }

        _share.PerConnection.Should().BeGreaterThan(First / 100);
        _share.Look(late: true, most: 1_000);
        _share.PerConnection.Should().Be(First / 100);
    }

    [Fact]
    public void The_next_flood_begins_slowly_too()
    {
        Count(new int[100]);
        _share.Look(late: false, most: 1_000);
        _share.Reset();
        _share.PerConnection.Should().Be(First / 100);
    }

    private void Count(Span<int> notes)
    {
        foreach (ref var note in notes)
        {
            _share.Count(ref note);
        }
    }
}
