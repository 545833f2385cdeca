using CsCheck;
using FluentAssertions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Djust.Presence.Tests.Limits;

public sealed class TokenBucketTests
{
    private readonly FakeTimeProvider _time = new();
    private TokenBucket _bucket;

    [Fact]
    public void A_tenth_of_a_seconds_moves_may_come_at_once()
    {
        var rate = Rate.Of(120, 0.1);
        Enumerable.Range(0, 100).Count(_ => Take(rate)).Should().Be(12);
        _time.Advance(TimeSpan.FromHours(1));
        Enumerable.Range(0, 100).Count(_ => Take(rate)).Should().Be(12);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(20)]
    [InlineData(120)]
    public void A_thousand_moves_a_second_are_taken_at_the_rate(int perSecond)
    {
        var rate = Rate.Of(perSecond, 0.1);
        var taken = 0;
        for (var i = 0; i < 10_000; i++)
        {
            taken += Take(rate) ? 1 : 0;
            _time.Advance(TimeSpan.FromMilliseconds(1));
        }

        taken.Should().BeInRange((perSecond * 10) - 1, (perSecond * 10) + Math.Max(1, perSecond / 10) + 1);
    }

    [Fact]
    public void Whoever_keeps_to_the_rate_is_never_refused()
    {
        var rate = Rate.Of(100, 0.1);
        for (var i = 0; i < 1_000; i++)
        {
            Take(rate).Should().BeTrue();
            _time.Advance(TimeSpan.FromMilliseconds(10));
        }
    }

    [Fact]
    public void Whatever_the_pauses_no_window_takes_more_than_its_rate_and_the_burst() =>
        Gen.Select(Gen.Int[1, 200], Gen.Int[0, 40].Array[1, 200]).Sample((perSecond, pauses) =>
        {
            var time = new FakeTimeProvider();
            var (rate, bucket) = (Rate.Of(perSecond, 0.1), default(TokenBucket));
            var taken = new List<double>();
            foreach (var pause in pauses)
            {
                time.Advance(TimeSpan.FromMilliseconds(pause));
                if (bucket.TryTake(rate, time.GetTimestamp(), time))
                {
                    taken.Add(time.GetUtcNow().TimeOfDay.TotalSeconds);
                }
            }

            for (var from = 0; from < taken.Count; from++)
            {
                for (var to = from; to < taken.Count; to++)
                {
                    (to - from + 1.0).Should().BeLessThanOrEqualTo(((taken[to] - taken[from]) * perSecond) + Math.Max(1, perSecond * 0.1) + 1e-3);
                }
            }
        }, iter: 300);

    private bool Take(Rate rate) => _bucket.TryTake(rate, _time.GetTimestamp(), _time);
}
