using FluentAssertions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Djust.Presence.Tests.Diagnostics;

public sealed class RareLogTests
{
    [Fact]
    public void One_message_a_minute_says_how_many_there_were_between()
    {
        var time = new FakeTimeProvider();
        var log = new RareLog(time);
        log.MayLog(out var unlogged).Should().BeTrue();
        unlogged.Should().Be(0);
        Enumerable.Range(0, 1_000).Count(i => log.MayLog(out unlogged)).Should().Be(0);
        time.Advance(TimeSpan.FromMinutes(1));
        log.MayLog(out unlogged).Should().BeTrue();
        unlogged.Should().Be(1_000);
        time.Advance(TimeSpan.FromMinutes(1));
        log.MayLog(out unlogged).Should().BeTrue();
        unlogged.Should().Be(0);
    }
}
