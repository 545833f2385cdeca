using FluentAssertions;
using Xunit;

namespace Djust.Presence.Tests.Limits;

public sealed class IntakePaceTests : IDisposable
{
    private readonly LimitsHarness _node = new(messagesPerSecond: 200);

    public void Dispose() => _node.Dispose();

    [Fact]
    public void A_flood_is_read_at_the_rate()
    {
        var (client, taken) = (new LimitsHarness.Client(), 0);
        using var pace = new IntakePace(_node.Limits, client);
        Run(TimeSpan.FromSeconds(10), () => taken += Read(pace, 10_000));
        taken.Should().BeInRange(2_000, 2_000 + 40, "200 a second, and a fifth of that at once");
        client.Aborts.Should().Be(0);
    }

    [Fact]
    public void Whoever_floods_for_30_seconds_is_ended_once_with_one_line_in_the_log()
    {
        var clients = Enumerable.Range(0, 5).Select(_ => new LimitsHarness.Client()).ToArray();
        var paces = clients.Select(client => new IntakePace(_node.Limits, client)).ToArray();
        Run(TimeSpan.FromSeconds(29), () => Array.ForEach(paces, pace => Read(pace, 10_000)));
        clients.Should().OnlyContain(client => client.Aborts == 0);
        Run(TimeSpan.FromSeconds(2), () => Array.ForEach(paces, pace => Read(pace, 10_000)));
        clients.Should().OnlyContain(client => client.Aborts == 1);
        _node.Warnings.Should().ContainSingle().Which.Message.Should().Contain("00:00:30").And.Contain("200").And.Contain("MessagesPerSecond");
    }

    [Fact]
    public void Floods_with_pauses_and_a_steady_client_at_the_rate_are_never_ended()
    {
        var (bursts, steady) = (new LimitsHarness.Client(), new LimitsHarness.Client());
        using var burstPace = new IntakePace(_node.Limits, bursts);
        using var steadyPace = new IntakePace(_node.Limits, steady);
        var turn = 0;
        Run(TimeSpan.FromMinutes(5), () =>
        {
            // More than may come at once, every two seconds; two every 10 ms.
            if (turn++ % 200 == 0)
            {
                Read(burstPace, 100);
            }

            Read(steadyPace, 2);
        });
        (bursts.Aborts, steady.Aborts).Should().Be((0, 0));
        _node.Warnings.Should().BeEmpty();
    }

    [Fact]
    public void Time_in_which_the_node_holds_a_flood_back_does_not_count_for_its_end()
    {
        var client = new LimitsHarness.Client();
        using var pace = new IntakePace(_node.Limits, client);
        Run(TimeSpan.FromSeconds(20), () => Read(pace, 10_000));
        for (var i = 0; i < 20; i++)
        {
            // One look in a second is late.
            _node.Time.Advance(TimeSpan.FromMilliseconds(100));
            Run(TimeSpan.FromSeconds(1), () => Read(pace, 10_000));
        }

        _node.Limits.Intake.PerSecond.Should().BeLessThan(200);
        Run(TimeSpan.FromSeconds(9), () => Read(pace, 10_000));
        client.Aborts.Should().Be(0, "of the time since it began at most 29 s are its own");
        Run(TimeSpan.FromSeconds(11), () => Read(pace, 10_000));
        client.Aborts.Should().Be(1);
    }

    [Fact]
    public void Bursts_beside_a_steady_stream_that_leaves_little_are_no_flood()
    {
        var client = new LimitsHarness.Client();
        using var pace = new IntakePace(_node.Limits, client);
        var turn = 0;
        Run(TimeSpan.FromMinutes(2), () =>
        {
            // Nineteen twentieths of what it may, and every two seconds more than what is left of that: it is never without debts, and held back once each time.
            var count = turn % 200 == 0 ? 100 : turn % 20 == 0 ? 0 : 2;
            turn++;
            Read(pace, count);
        });
        client.Aborts.Should().Be(0);
    }

    [Fact]
    public void Bursts_of_a_client_that_sends_half_of_what_it_may_are_no_flood()
    {
        var client = new LimitsHarness.Client();
        using var pace = new IntakePace(_node.Limits, client);
        var (turn, left) = (0, 0);
        Run(TimeSpan.FromMinutes(2), () =>
        {
            // 50 at once twice a second; what is too much at once is read as soon as it may be.
            left += turn++ % 50 == 0 ? 50 : 0;
            left -= Read(pace, left);
        });
        client.Aborts.Should().Be(0);
    }

    [Fact]
    public void All_connections_of_a_user_together_are_read_at_four_times_the_rate()
    {
        var paces = Enumerable.Range(0, 40).Select(_ => new IntakePace(_node.Limits, new LimitsHarness.Client("ada"))).ToArray();
        using var other = new IntakePace(_node.Limits, new LimitsHarness.Client("bob"));
        var (taken, others) = (0, 0);
        Run(TimeSpan.FromSeconds(10), () =>
        {
            taken += paces.Sum(pace => Read(pace, 10_000));
            others += Read(other, 1);
        });

        // Each reads its own first burst before it is counted with the others.
        taken.Should().BeInRange(8_000, 8_000 + (41 * 40) + 160);
        others.Should().BeGreaterThan(990, "others are not held back");
        _node.Limits.Users.Count.Should().Be(2);
        Array.ForEach(paces, pace => pace.Dispose());
        _node.Limits.Users.Count.Should().Be(1);
        other.Dispose();
        _node.Limits.Users.Count.Should().Be(0, "nobody is remembered after their last connection");
    }

    [Fact]
    public void Of_connections_that_send_little_no_user_is_remembered()
    {
        using var pace = new IntakePace(_node.Limits, new LimitsHarness.Client("ada"));
        Run(TimeSpan.FromSeconds(5), () => Read(pace, 1), TimeSpan.FromMilliseconds(200));
        _node.Limits.Users.Count.Should().Be(0);
    }

    [Fact]
    public void A_node_whose_timers_run_late_reads_the_loud_less_and_others_as_before()
    {
        var (loudClient, loud, quiet) = (new LimitsHarness.Client(), 0, 0);
        using var loudPace = new IntakePace(_node.Limits, loudClient);
        using var quietPace = new IntakePace(_node.Limits, new LimitsHarness.Client());

        // In time at first, then each look comes half a second late.
        Run(TimeSpan.FromSeconds(2), () => Read(loudPace, 10_000));
        _node.Limits.Intake.PerSecond.Should().Be(200);
        Run(TimeSpan.FromSeconds(30), () =>
        {
            loud += Read(loudPace, 10_000);
            quiet += Read(quietPace, 4);
        }, TimeSpan.FromMilliseconds(550));

        _node.Limits.Intake.PerSecond.Should().Be(NodeIntake.Least);
        loudPace.Wait().Should().BeLessThan(TimeSpan.FromSeconds(0.2), "it is read slowly, not left alone");
        (loud / 30.0).Should().BeInRange(1, NodeIntake.Least * 2);
        quiet.Should().BeGreaterThan(200, "four with each look");
        loudClient.Aborts.Should().Be(0, "held back by the node, not by its own limit");

        Run(TimeSpan.FromSeconds(20), () => Read(loudPace, 10_000), TimeSpan.FromMilliseconds(10));
        _node.Limits.Intake.PerSecond.Should().Be(200, "the node recovers");
    }

    /// <summary>Reads as the transport does: until it must wait.</summary>
    private static int Read(IntakePace pace, int there)
    {
        var taken = 0;
        while (taken < there && pace.Wait() == TimeSpan.Zero)
        {
            var count = Math.Min(there - taken, pace.Allowed);
            pace.Read(count);
            taken += count;
        }

        return taken;
    }

    private void Run(TimeSpan duration, Action turn, TimeSpan? step = null)
    {
        for (var end = _node.Time.GetUtcNow() + duration; _node.Time.GetUtcNow() < end; _node.Time.Advance(step ?? TimeSpan.FromMilliseconds(10)))
        {
            turn();
        }
    }
}
