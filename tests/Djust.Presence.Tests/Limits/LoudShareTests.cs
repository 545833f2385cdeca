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

        _share.PerConnection.Should().Be(First / 2);
    }

    [Fact]
    public void A_node_in_time_takes_more_while_somebody_is_held_back()
    {
        var notes = new int[100];
        for (var look = 0; look < 50; look++)
        {
            Count(notes);
            _share.Held();
            _share.Look(late: false, most: 1_000);
        }

        var grown = _share.PerConnection;
        grown.Should().BeApproximately(First / 100 * Math.Pow(LoudShare.Growth, 50), 0.001);
        _share.Look(late: false, most: 1_000);
        _share.PerConnection.Should().Be(grown, "nobody was held back");
    }

    [Fact]
    public void It_never_takes_more_than_those_who_are_loud_may_send()
    {
        var notes = new int[100];
        Run(notes, looks: 600);
        _share.PerConnection.Should().BeInRange(1_000, 1_000 * Math.Pow(LoudShare.Growth, 20));
    }

    [Fact]
    public void A_late_node_begins_again()
    {
        var notes = new int[100];
        Run(notes, looks: 100);
        _share.PerConnection.Should().BeGreaterThan(First / 100);
        _share.Look(late: true, most: 1_000);
        _share.PerConnection.Should().Be(First / 100);
    }

    [Fact]
    public void The_next_flood_begins_slowly_too_though_somebody_is_always_loud()
    {
        var notes = new int[500];
        Run(notes, looks: 300);
        Run(notes.AsSpan(0, 1), looks: 60);
        Count(notes);
        _share.PerConnection.Should().BeLessThan(First / 500 * Math.Pow(LoudShare.Growth, 21));
    }

    private void Run(Span<int> notes, int looks)
    {
        for (var look = 0; look < looks; look++)
        {
            Count(notes);
            _share.Held();
            _share.Look(late: false, most: 1_000);
        }
    }

    private void Count(Span<int> notes)
    {
        foreach (ref var note in notes)
        {
            _share.Count(ref note);
        }
    }
}
