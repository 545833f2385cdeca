using FluentAssertions;
using Xunit;

namespace Djust.Presence.Tests.Limits;

public sealed class ConnectionLimitsTests : IDisposable
{
    private readonly LimitsHarness _node = new(updatesPerSecond: 10);

    public void Dispose() => _node.Dispose();

    [Fact]
    public void A_connection_may_enter_all_its_groups_at_once_and_then_ten_a_second()
    {
        var limits = new ConnectionLimits(_node.Limits);
        Enumerable.Range(0, 42).Select(_ => limits.TurnAsync(default)).Should().OnlyContain(turn => turn.IsCompletedSuccessfully);
        var next = limits.TurnAsync(default);
        next.IsCompleted.Should().BeFalse();
        _node.Time.Advance(TimeSpan.FromMilliseconds(99));
        next.IsCompleted.Should().BeFalse();
        _node.Time.Advance(TimeSpan.FromMilliseconds(1));
        next.IsCompletedSuccessfully.Should().BeTrue();
    }

    [Fact]
    public void Of_refusals_twenty_come_at_once_and_then_twenty_a_second()
    {
        var limits = new ConnectionLimits(_node.Limits);
        Enumerable.Range(0, 100).Count(_ => limits.RefusalAsync(default).IsCompleted).Should().Be(20);
        _node.Time.Advance(TimeSpan.FromSeconds(10));
        limits.RefusalAsync(default).IsCompleted.Should().BeTrue("what waited has had its turn");
    }

    [Fact]
    public void Each_connection_has_its_own()
    {
        var (hostile, honest) = (new ConnectionLimits(_node.Limits), new ConnectionLimits(_node.Limits));
        Enumerable.Range(0, 100).Count(_ => hostile.TryUpdate()).Should().Be(10);
        honest.TryUpdate().Should().BeTrue();
    }

    [Fact]
    public async Task A_turn_that_is_no_longer_needed_is_not_waited_for()
    {
        var limits = new ConnectionLimits(_node.Limits);
        using var ended = new CancellationTokenSource();
        var turns = Enumerable.Range(0, 50).Select(_ => limits.TurnAsync(ended.Token)).ToArray();
        await ended.CancelAsync();
        turns.Should().OnlyContain(turn => turn.IsCompleted);
        turns.Count(turn => turn.IsCanceled).Should().Be(8);
    }
}
