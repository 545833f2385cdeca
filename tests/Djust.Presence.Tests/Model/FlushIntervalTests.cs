using CsCheck;
using FluentAssertions;
using Xunit;

namespace Djust.Presence.Tests.Model;

public sealed class FlushIntervalTests
{
    private static readonly TimeSpan Configured = TimeSpan.FromMilliseconds(50);

    [Theory]
    [InlineData(50, 0, 50)]
    [InlineData(50, 25, 50)]
    [InlineData(50, 26, 100)]
    [InlineData(50, 1_000, 100)]
    [InlineData(100, 51, 200)]
    [InlineData(100, 13, 100)]
    [InlineData(100, 12, 50)]
    [InlineData(200, 0, 100)]
    [InlineData(800, 500, 1_000)]
    [InlineData(1_000, 900, 1_000)]
    [InlineData(60, 0, 50)]
    public void It_doubles_when_a_flush_takes_more_than_half_and_halves_when_it_takes_less_than_an_eighth(int current, int elapsed, int next) =>
        FlushInterval.Next(TimeSpan.FromMilliseconds(current), TimeSpan.FromMilliseconds(elapsed), Configured).Should().Be(TimeSpan.FromMilliseconds(next));

    [Fact]
    public void It_never_leaves_its_bounds() => Gen.Int[0, 5_000].Array[0, 50].Sample(costs =>
    {
        var interval = Configured;
        foreach (var cost in costs)
        {
            interval = FlushInterval.Next(interval, TimeSpan.FromMilliseconds(cost), Configured);
            interval.Should().BeGreaterThanOrEqualTo(Configured).And.BeLessThanOrEqualTo(Configured * FlushInterval.MaxFactor);
        }
    });

    [Fact]
    public void It_comes_to_rest_under_a_steady_cost() => Gen.Int[0, 2_000].Sample(cost =>
    {
        var elapsed = TimeSpan.FromMilliseconds(cost);
        var interval = Configured;
        for (var i = 0; i < 20; i++)
        {
            interval = FlushInterval.Next(interval, elapsed, Configured);
        }

        FlushInterval.Next(interval, elapsed, Configured).Should().Be(interval);
    });
}
