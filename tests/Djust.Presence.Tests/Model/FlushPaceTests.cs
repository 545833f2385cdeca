using CsCheck;
using FluentAssertions;
using Xunit;

namespace Djust.Presence.Tests.Model;

public sealed class FlushPaceTests
{
    private static readonly FlushPace Unburdened = new(TimeSpan.FromMilliseconds(50));

    [Theory]
    [InlineData(0, 50)]
    [InlineData(12, 50)]
    [InlineData(40, 160)]
    [InlineData(200, 800)]
    [InlineData(300, 1_000)]
    [InlineData(60_000, 1_000)]
    public void Under_a_steady_cost_it_is_four_times_that_cost_within_its_bounds(int cost, int interval) =>
        After(Unburdened, Enumerable.Repeat(cost, 100)).IntervalFor(1).TotalMilliseconds.Should().BeApproximately(interval, 1);

    [Fact]
    public void One_flush_that_was_held_up_changes_nothing_or_is_forgotten_soon()
    {
        After(Unburdened, [5, 5, 5, 30]).IntervalFor(1).Should().Be(Unburdened.Configured);
        var stalled = After(Unburdened, [5, 5, 5, 1_000]);
        stalled.IntervalFor(1).Should().BeGreaterThan(Unburdened.Configured * 2);
        After(stalled, Enumerable.Repeat(5, 20)).IntervalFor(1).Should().Be(Unburdened.Configured);
    }

    [Theory]
    [InlineData(500, 50)]
    [InlineData(1_000, 100)]
    [InlineData(2_000, 200)]
    [InlineData(10_000, 1_000)]
    [InlineData(1_000_000, 1_000)]
    public void A_room_of_very_many_is_told_less_often(int connections, int interval) =>
        Unburdened.IntervalFor(connections).TotalMilliseconds.Should().Be(interval);

    [Theory]
    [InlineData(50, true, 50)]
    [InlineData(500, false, 50)]
    [InlineData(500, true, 250)]
    [InlineData(5_000, true, 1_000)]
    public void A_node_that_is_behind_tells_its_large_rooms_less_often_and_small_ones_as_ever(int connections, bool isBehind, int interval) =>
        Unburdened.IntervalFor(connections, isBehind).TotalMilliseconds.Should().BeApproximately(interval, 0.001);

    [Fact]
    public void Of_cost_and_connections_the_one_that_asks_for_more_counts()
    {
        var costly = After(Unburdened, Enumerable.Repeat(40, 100));
        costly.IntervalFor(1_000).Should().Be(costly.IntervalFor(1));
        costly.IntervalFor(3_000).Should().Be(Unburdened.IntervalFor(3_000));
    }

    [Fact]
    public void It_never_leaves_its_bounds() => Gen.Int[0, 5_000].Array[0, 50].Sample(costs =>
        After(Unburdened, costs).IntervalFor(1).Should().BeGreaterThanOrEqualTo(Unburdened.Configured).And.BeLessThanOrEqualTo(Unburdened.Configured * FlushPace.MaxFactor));

    [Fact]
    public void It_comes_back_from_any_cost() => Gen.Int[0, 5_000].Array[0, 50].Sample(costs =>
        After(After(Unburdened, costs), Enumerable.Repeat(0, 40)).IntervalFor(1).Should().Be(Unburdened.Configured));

    private static FlushPace After(FlushPace pace, IEnumerable<int> costs) => costs.Aggregate(pace, (known, cost) => known.After(TimeSpan.FromMilliseconds(cost)));
}
