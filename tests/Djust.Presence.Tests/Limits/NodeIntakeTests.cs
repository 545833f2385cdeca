using FluentAssertions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Djust.Presence.Tests.Limits;

public sealed class NodeIntakeTests
{
    [Theory]
    [InlineData(1_000, 0, 1_000)]
    [InlineData(1_000, 20, 1_000)]
    [InlineData(100, 20, 102)]
    [InlineData(1_000, 21, 25.6)]
    [InlineData(31, 24, 25)]
    [InlineData(1_000, 100, 25)]
    [InlineData(30, 5_000, 25)]
    public void The_later_the_timers_the_less_is_read(double before, int latenessMs, double after) =>
        NodeIntake.Next(before, 1_000, TimeSpan.FromMilliseconds(latenessMs)).Should().BeApproximately(after, 0.001);

    [Fact]
    public void It_looks_only_while_there_are_loud_connections()
    {
        var time = new CountingTime();
        using var intake = new NodeIntake(time, 1_000, processors: 2);
        time.Timers.Should().Be(0);
        for (var i = 0; i < 20; i++)
        {
            intake.Watch();
            time.Advance(NodeIntake.Interval);
        }

        time.Timers.Should().Be(1);
        for (var i = 0; i < 200; i++)
        {
            time.Advance(NodeIntake.Interval);
        }

        intake.Watch();
        time.Timers.Should().Be(2, "the first one had ended, and there is a new one");
    }

    [Fact]
    public void Five_hundred_who_are_loud_at_once_are_read_slowly_before_any_timer_is_late()
    {
        using var intake = new NodeIntake(new FakeTimeProvider(), 1_000, processors: 2);
        var notes = new int[500];
        foreach (ref var note in notes.AsSpan())
        {
            intake.PerSecond.Should().BeInRange(NodeIntake.Least, 1_000);
            intake.Loud(ref note);
        }

        intake.PerSecond.Should().Be(NodeIntake.Least);
        intake.Lessening.Should().Be(1, "it is in time");
    }

    [Fact]
    public void A_hundred_who_are_held_back_are_read_more_and_more_while_the_node_is_in_time()
    {
        var time = new FakeTimeProvider();
        using var intake = new NodeIntake(time, 1_000, processors: 2);
        var notes = new int[100];
        var before = 0.0;
        for (var look = 0; look < 50; look++)
        {
            foreach (ref var note in notes.AsSpan())
            {
                intake.Loud(ref note);
            }

            intake.PerSecond.Should().BeGreaterThan(before);
            before = intake.PerSecond;
            intake.Held();
            time.Advance(NodeIntake.Interval);
        }
    }

    [Fact]
    public void For_a_second_after_it_was_late_a_node_is_behind()
    {
        var time = new FakeTimeProvider();
        using var intake = new NodeIntake(time, 1_000, processors: 2);
        intake.Watch();
        time.Advance(NodeIntake.Interval);
        intake.IsBehind.Should().BeFalse();
        time.Advance(NodeIntake.Interval * 3);
        intake.IsBehind.Should().BeTrue();
        for (var look = 0; look < 19; look++)
        {
            time.Advance(NodeIntake.Interval);
            intake.IsBehind.Should().BeTrue();
        }

        time.Advance(NodeIntake.Interval);
        time.Advance(NodeIntake.Interval);
        intake.IsBehind.Should().BeFalse();
    }

    [Fact]
    public void A_dozen_who_are_loud_at_once_are_read_as_one_would_be()
    {
        using var intake = new NodeIntake(new FakeTimeProvider(), 1_000, processors: 2);
        var notes = new int[12];
        foreach (ref var note in notes.AsSpan())
        {
            intake.Loud(ref note);
        }

        intake.PerSecond.Should().Be(1_000);
    }

    private sealed class CountingTime : FakeTimeProvider
    {
        public int Timers { get; private set; }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Timers++;
            return base.CreateTimer(callback, state, dueTime, period);
        }
    }
}
