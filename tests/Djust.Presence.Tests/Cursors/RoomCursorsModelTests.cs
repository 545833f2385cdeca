using System.Text.Json;
using CsCheck;
using Djust.Presence.Tests.Hosting;
using FluentAssertions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Djust.Presence.Tests.Cursors;

/// <summary>Everything that can happen to the cursors of a room, to receivers of which some are behind now and then, against a dictionary.</summary>
public sealed class RoomCursorsModelTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    /// <summary>What happens, to which cursor, and which receivers stop or go on reading.</summary>
    private static readonly Gen<(int Action, int Ref, int Reading)[]> Steps =
        Gen.Select(Gen.Int[0, 9], Gen.Int[1, 6], Gen.Int[0, 31]).Select((action, @ref, reading) => (action, @ref, reading)).Array[1, 120];

    [Fact]
    public void In_the_end_everybody_has_exactly_the_newest_positions_of_all_others() => Steps.Sample(steps => new World().Run(steps), iter: 1_000);

    [Fact]
    public void A_receiver_that_was_behind_for_long_is_still_told_what_ended_meanwhile()
    {
        var world = new World();
        world.Run([(0, 1, 31), (9, 1, 31), (0, 2, 0), (9, 1, 0), (0, 1, 0), (9, 1, 0), (7, 1, 0), (9, 1, 0), .. Enumerable.Repeat((8, 1, 0), 12), (9, 1, 0)]);
    }

    private sealed class World
    {
        private readonly FakeTimeProvider _time = new();
        private readonly RoomCursors _cursors;
        private readonly Dictionary<int, ((double X, double Y) Point, DateTimeOffset At)> _model = [];
        private readonly Receiver[] _receivers = [.. Enumerable.Range(0, 5).Select(@ref => new Receiver(@ref))];
        private int _moves;

        public World() => _cursors = new RoomCursors("k", _time, Timeout);

        public void Run((int Action, int Ref, int Reading)[] steps)
        {
            foreach (var (action, @ref, reading) in steps)
            {
                switch (action)
                {
                    case < 6:
                        var point = (++_moves / 8.0, -@ref);
                        _cursors.Move(@ref, new CursorPoint(point.Item1, point.Item2), "user" + @ref);
                        _model[@ref] = (point, _time.GetUtcNow());
                        break;
                    case 6 or 7:
                        _cursors.End(@ref).Should().Be(_model.Remove(@ref));
                        break;
                    case 8:
                        _time.Advance(TimeSpan.FromSeconds(@ref));
                        _cursors.Expire(_receivers.Select(receiver => receiver.ToldFrame).Where(told => told > 0).DefaultIfEmpty(long.MaxValue).Min());
                        foreach (var old in _model.Where(cursor => _time.GetUtcNow() - cursor.Value.At >= Timeout).ToArray())
                        {
                            _model.Remove(old.Key);
                        }

                        break;
                    default:
                        Flush(reading);
                        break;
                }
            }

            Flush(31);
            Flush(31);
            foreach (var receiver in _receivers)
            {
                receiver.Cursors.Should().BeEquivalentTo(
                    _model.Where(cursor => cursor.Key != receiver.Ref).ToDictionary(cursor => cursor.Key, cursor => cursor.Value.Point));
            }

            _cursors.Take().Should().BeNull("all has been told");
        }

        private void Flush(int reading)
        {
            for (var i = 0; i < _receivers.Length; i++)
            {
                _receivers[i].Reads((reading & (1 << i)) != 0);
            }

            var frame = _cursors.Take();
            var last = _cursors.Frame;
            Array.ForEach(_receivers, receiver => receiver.Deliver(_cursors, frame, last));
        }
    }

    /// <summary>A member whose writes do not finish while its client does not read.</summary>
    private sealed class Receiver : IConnectionWriter
    {
        private static readonly RoomView View = RoomView.Of(PresenceSnapshot.Create("k", "e", 1, [.. Enumerable.Range(1, 6).Select(User)]));

        private readonly RoomMember _member;
        private TaskCompletionSource? _stuck;

        public Receiver(int @ref)
        {
            Ref = @ref;
            _member = new RoomMember(this, () => { }, Rate.Of(1, RoomMember.MoveBurstSeconds));
            if (@ref == 0)
            {
                _member.Watch();
            }
            else
            {
                _member.Track(new Backends.PresenceCommit(Backends.PresenceOutcome.Changed) { Presence = User(@ref), Ref = @ref, Epoch = "e", Version = 1 }, "user" + @ref);
            }
        }

        public int Ref { get; }

        public long ToldFrame => _member.ToldFrame;

        public Dictionary<int, (double X, double Y)> Cursors { get; } = [];

        public void Reads(bool reads)
        {
            if (reads)
            {
                _stuck?.TrySetResult();
                _stuck = null;
            }
            else
            {
                _stuck ??= new TaskCompletionSource();
            }
        }

        public void Deliver(RoomCursors cursors, CursorFrame? frame, long last)
        {
            _member.Deliver(new RoomFlush(View, View, PresenceDiff.None, [], 100));
            _member.DeliverCursors(cursors, frame, last);
        }

        public object? Argument(RoomMessage message) => message.Argument;

        public ValueTask WriteAsync(RoomMessage message)
        {
            if (message.Target == "CursorFrame")
            {
                var frame = JsonSerializer.SerializeToElement(message.ArgumentFor(new Microsoft.AspNetCore.SignalR.Protocol.JsonHubProtocol()));
                CursorFrames.Moves(frame).Should().NotContain(move => move.Ref == Ref, "one's own cursor is never sent");
                CursorFrames.Gone(frame).Should().NotContain(Ref);
                (CursorFrames.Moves(frame).Length + CursorFrames.Gone(frame).Length).Should().BePositive("an empty frame is none");
                CursorFrames.Apply(frame, Cursors);
            }

            return _stuck is null ? ValueTask.CompletedTask : new ValueTask(_stuck.Task);
        }

        private static Presence User(int @ref) => new("k", "user" + @ref, DateTimeOffset.UnixEpoch, PresenceMeta.Empty, [new PresenceConnection(@ref)]);
    }
}
