using System.Diagnostics.Metrics;
using Djust.Presence.Backends;
using Djust.Presence.Backends.Memory;
using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Djust.Presence.Tests.Delivery;

public sealed class RoomTests
{
    [Fact]
    public void A_removal_is_followed_even_where_a_snapshot_comes_before_the_flush()
    {
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var time = new FakeTimeProvider();
        using var intake = new NodeIntake(time, 1_000, processors: 2);
        using var scheduler = new RoomScheduler(time, intake, NullLogger<RoomScheduler>.Instance);
        var relay = new CursorRelay("k", new MemoryPresenceBackend(time), new PresenceNode(), NullLogger.Instance);
        var room = new Room("k", scheduler, new PresenceOptions(), new PresenceMetrics(services.GetRequiredService<IMeterFactory>()), relay);
        var ada = new Presence("k", "ada", time.GetUtcNow(), PresenceMeta.Empty, [new PresenceConnection(1)]);
        room.OnSnapshot(PresenceSnapshot.Create("k", "e", 1, [ada]));
        var owner = new Owner();
        var member = room.Add(new SilentWriter(), owner);
        member.Track(new PresenceCommit(PresenceOutcome.Unchanged) { Presence = ada, Ref = 1, Epoch = "e", Version = 1 }, "ada");

        // The clock stands still: after this flush no other is due but the test's own.
        room.Flush();
        room.OnSnapshot(PresenceSnapshot.Create("k", "local", 0, [ada]));
        room.OnChange(new PresenceChange
        {
            Key = "k",
            Epoch = "local",
            Version = 1,
            Kind = PresenceChangeKind.Leave,
            Presence = ada,
            Reason = PresenceChangeReason.Removed,
        });
        room.OnSnapshot(PresenceSnapshot.Empty("k", "e", 2));
        room.Flush();

        owner.Removals.Should().Be(1);
        member.Self.Should().BeNull();
    }

    [Fact]
    public void A_large_room_is_told_less_often_while_the_node_is_behind()
    {
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var time = new FakeTimeProvider();
        using var intake = new NodeIntake(time, 1_000, processors: 2);
        using var scheduler = new RoomScheduler(time, intake, NullLogger<RoomScheduler>.Instance);
        var relay = new CursorRelay("k", new MemoryPresenceBackend(time), new PresenceNode(), NullLogger.Instance);
        var room = new Room("k", scheduler, new PresenceOptions(), new PresenceMetrics(services.GetRequiredService<IMeterFactory>()), relay);
        for (var i = 0; i < 500; i++)
        {
            room.Add(new SilentWriter(), owner: null);
        }

        room.Interval.Should().Be(TimeSpan.FromMilliseconds(50));
        intake.Watch();
        time.Advance(NodeIntake.Interval * 3);
        room.Interval.Should().Be(TimeSpan.FromMilliseconds(250));
    }

    private sealed class Owner : IRoomMemberOwner
    {
        public int Removals { get; private set; }

        public void Removed() => Removals++;

        public void Revoked(string userId)
        {
        }
    }

    private sealed class SilentWriter : IConnectionWriter
    {
        public ValueTask WriteAsync(RoomMessage message) => ValueTask.CompletedTask;

        public object? Argument(RoomMessage message) => message.Argument;
    }
}
