using FluentAssertions;
using Xunit;

namespace Djust.Presence.Tests.Limits;

public sealed class ConnectionLimitsTests : IDisposable
{
    private readonly LimitsHarness _node = new(updatesPerSecond: 10);

    public void Dispose() => _node.Dispose();

    [Fact]
    public async Task A_connection_may_enter_all_its_groups_at_once_and_then_ten_a_second()
    {
        var limits = new ConnectionLimits(_node.Limits);
        Enumerable.Range(0, 42).Select(_ => limits.TurnAsync(default)).Should().OnlyContain(turn => turn.IsCompletedSuccessfully);
        var next = limits.TurnAsync(default);
        next.IsCompleted.Should().BeFalse();
        for (var i = 0; i < 99; i++)
        {
            _node.Time.Advance(TimeSpan.FromMilliseconds(1));
        }

        next.IsCompleted.Should().BeFalse();
        await Eventually.TrueAsync(
            () =>
            {
                _node.Time.Advance(next.IsCompleted ? TimeSpan.Zero : TimeSpan.FromMilliseconds(1));
                return next.IsCompleted;
            },
            "a tenth of a second is over");
    }

    [Fact]
    public void Of_refusals_twenty_come_at_once_and_then_twenty_a_second()
    {
        var limits = new ConnectionLimits(_node.Limits);
        Enumerable.Range(0, 100).Count(_ => limits.RefusalAsync(default).IsCompleted).Should().Be(20);
        for (var i = 0; i < 100; i++)
        {
            _node.Time.Advance(TimeSpan.FromMilliseconds(50));
        }

        limits.RefusalAsync(default).IsCompleted.Should().BeTrue("what waited has had its turn");
    }

    [Fact]
    public void A_large_state_costs_more_turns_than_a_small_one()
    {
        var limits = new ConnectionLimits(_node.Limits);
        var told = 0;
        while (limits.TurnAsync(default).IsCompleted)
        {
            limits.Told(1_000);
            told++;
        }

        told.Should().Be(4, "each costs eleven of 42 turns");
    }

    [Fact]
    public async Task On_an_overloaded_node_whoever_is_over_a_limit_waits_longer_and_others_do_not()
    {
        // Each look of the node comes half a second late.
        for (var late = 0; late < 6; late++)
        {
            _node.Limits.Intake.Watch();
            _node.Time.Advance(TimeSpan.FromMilliseconds(550));
        }

        var (hostile, honest) = (new ConnectionLimits(_node.Limits), new ConnectionLimits(_node.Limits));
        Enumerable.Range(0, 42).Select(_ => hostile.TurnAsync(default)).Should().OnlyContain(turn => turn.IsCompleted);
        var (next, started) = (hostile.TurnAsync(default), _node.Time.GetUtcNow());
        honest.TurnAsync(default).IsCompletedSuccessfully.Should().BeTrue();
        await Eventually.TrueAsync(
            () =>
            {
                _node.Time.Advance(next.IsCompleted ? TimeSpan.Zero : TimeSpan.FromMilliseconds(50));
                return next.IsCompleted;
            },
            "it is not forgotten");
        (_node.Time.GetUtcNow() - started).Should().BeGreaterThan(TimeSpan.FromSeconds(1), "and not a tenth of one, while the node recovers");
    }

    [Fact]
    public void That_a_change_has_to_wait_is_told_at_once_unless_the_node_is_overloaded()
    {
        var limits = new ConnectionLimits(_node.Limits);
        Enumerable.Range(0, 1_000).Select(_ => limits.PutOffAsync(default)).Should().OnlyContain(answer => answer.IsCompletedSuccessfully);
        _node.Limits.Intake.Watch();
        _node.Time.Advance(TimeSpan.FromMilliseconds(550));
        Enumerable.Range(0, 1_000).Count(_ => limits.PutOffAsync(default).IsCompleted).Should().Be(20);
    }

    [Fact]
    public async Task The_node_tells_so_many_presences_a_second_to_all_who_ask()
    {
        var asked = Enumerable.Range(0, 100).Select(_ => new ConnectionLimits(_node.Limits).StateAsync(500, default)).ToArray();
        asked.Count(answer => answer.IsCompleted).Should().Be(31, "a tenth of a second's worth at once");
        await Eventually.TrueAsync(
            () =>
            {
                _node.Time.Advance(TimeSpan.FromMilliseconds(10));
                return asked.All(answer => answer.IsCompleted);
            },
            "the others follow");
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
        await Task.WhenAll(turns);
    }
}
