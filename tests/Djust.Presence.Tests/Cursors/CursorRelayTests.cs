using Djust.Presence.Tests.Hosting;
using FluentAssertions;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Djust.Presence.Tests.Cursors;

public sealed class CursorRelayTests
{
    private readonly SharedBackend _backend = new();
    private readonly RoomCursors _cursors = new("k", new FakeTimeProvider(), TimeSpan.FromSeconds(10));
    private readonly FakeLogger _logger = new();
    private readonly CursorRelay _relay;

    public CursorRelayTests() => _relay = new CursorRelay("k", _backend, new PresenceNode(), _logger);

    [Fact]
    public void Nothing_is_told_where_nothing_is_new()
    {
        Tell();
        Move(1);
        Tell();
        Tell();
        _backend.Told.Should().ContainSingle();
    }

    [Fact]
    public void While_a_message_is_on_its_way_none_follows_and_then_one_has_the_newest_of_all()
    {
        var sent = new TaskCompletionSource();
        _backend.BeforePublish = () => sent.Task;
        Move(1);
        Tell();
        for (var i = 2; i <= 20; i++)
        {
            Move(i);
            Tell();
        }

        _backend.Published.Should().Be(1);
        _backend.BeforePublish = () => Task.CompletedTask;
        sent.SetResult();
        _backend.Told.Should().HaveCount(2);
        _backend.Told[1].Moves.Should().Equal(1, 20, 0);
    }

    [Fact]
    public void What_is_woken_when_a_message_has_arrived_may_tell_at_once()
    {
        // Else the last position would wait for another move.
        var sent = new TaskCompletionSource();
        _backend.BeforePublish = () => sent.Task;
        Move(1);
        Tell();
        Move(2);
        _backend.BeforePublish = () => Task.CompletedTask;
        sent.SetResult();
        _backend.Told[^1].Moves.Should().Equal(1, 2, 0);
    }

    [Fact]
    public void A_message_that_could_not_be_told_is_told_again_with_what_it_asked_and_logged_once_for_each_outage()
    {
        _backend.BeforePublish = () => throw new IOException("down");
        _relay.Ask();
        Move(1);
        for (var i = 0; i < 10; i++)
        {
            _relay.Tell(_cursors, () => { });
        }

        _logger.Collector.Count.Should().Be(1);
        _backend.BeforePublish = () => Task.CompletedTask;
        Tell();
        _backend.Told.Should().ContainSingle();
        _backend.Told[0].Asks.Should().BeTrue();
        _backend.Told[0].Moves.Should().Equal(1, 1, 0);
    }

    [Fact]
    public void Whoever_asks_is_told_all()
    {
        Move(1);
        Tell();
        _relay.Again();
        Tell();
        _backend.Told.Should().HaveCount(2);
        _backend.Told[1].Moves.Should().Equal(1, 1, 0);
    }

    [Fact]
    public void Where_there_is_no_other_node_nothing_is_told()
    {
        _backend.IsShared = false;
        Move(1);
        _relay.Ask();
        Tell();
        _backend.Published.Should().Be(0);
    }

    private void Move(double x)
    {
        _cursors.Move(1, new CursorPoint(x, 0), "ada");
        _cursors.Take();
    }

    private void Tell() => _relay.Tell(_cursors, Tell);
}
