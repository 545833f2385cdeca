using System.Runtime.CompilerServices;
using Djust.Presence.Backends;
using Djust.Presence.Tests.Hosting;
using FluentAssertions;
using Xunit;

namespace Djust.Presence.Tests.Tracking;

/// <summary>Whoever has gone leaves nothing behind, however they went and however long it goes on.</summary>
public sealed class ResidueTests : IDisposable
{
    private const string Key = "document:42";

    private readonly PresenceManagerTestsNode _node = new();

    private PresenceTracker Tracker => _node.Get<PresenceTracker>();

    public void Dispose() => _node.Dispose();

    [Fact]
    public async Task A_day_of_coming_going_and_crashing_leaves_nothing()
    {
        var random = new Random(7);
        var recorder = new PresenceManagerTestsNode.Recorder();
        var subscription = await _node.Backend.SubscribeAsync(Key, recorder);
        await CrashAsync(0);
        await _node.RunAsync(TimeSpan.FromMinutes(1));
        var timers = _node.Time.TimerCount;
        var open = new List<LocalConnection>();
        for (var minute = 0; minute < 24 * 60; minute++)
        {
            var connection = _node.Connect<DocumentHub>("c" + minute);
            await Tracker.TrackAsync(connection, Key, "user" + random.Next(10), PresenceMeta.Empty);
            open.Add(connection);
            while (open.Count > random.Next(1, 12))
            {
                var last = open[random.Next(open.Count)];
                open.Remove(last);
                await (random.Next(3) == 0 ? Tracker.UntrackAsync(last, Key) : Task.CompletedTask);
                await Tracker.DisconnectAsync(last, atOnce: false);
            }

            // Nobody heartbeats it, so it runs out.
            await _node.Presence.JoinPresenceAsync(Key, "job" + random.Next(10));
            if (minute % 60 == 0)
            {
                await CrashAsync(minute);
            }

            await _node.RunAsync(TimeSpan.FromMinutes(1));
        }

        foreach (var connection in open)
        {
            await Tracker.DisconnectAsync(connection, atOnce: false);
        }

        await Eventually.TrueAsync(
            async () =>
            {
                await _node.RunAsync(TimeSpan.FromMinutes(2));
                return (await _node.Presence.PresenceCountAsync(Key)) + _node.Get<GraceQueue>().Count + _node.Get<RoomRegistry>().Count + _node.Get<RoomScheduler>().WaitingCount == 0;
            },
            "everybody has left");
        await subscription.DisposeAsync();
        _node.Backend.GroupCount.Should().Be(0);
        _node.Time.TimerCount.Should().Be(timers);
        (await _node.Backend.RenewLeaseAsync(_node.Id, TimeSpan.FromSeconds(15))).NextExpiry.Should().BeNull("no deadline is left");
        foreach (var ofUser in recorder.Changes.Where(change => change.Kind is PresenceChangeKind.Join or PresenceChangeKind.Leave).GroupBy(change => change.Presence.Id))
        {
            ofUser.Select((change, index) => change.Kind == (index % 2 == 0 ? PresenceChangeKind.Join : PresenceChangeKind.Leave)).Should().AllBeEquivalentTo(true);
            ofUser.Last().Kind.Should().Be(PresenceChangeKind.Leave);
        }
    }

    [Fact]
    public async Task In_a_group_that_lives_on_nobody_who_has_left_is_remembered()
    {
        await _node.RunAsync(TimeSpan.FromSeconds(1));
        var stays = _node.Connect<PointerHub>("stays");
        await Tracker.TrackAsync(stays, Key, "stays", PresenceMeta.Empty);
        var gone = await VisitAsync(1_000);

        // The newest visitors may still be in what is about to be sent.
        await VisitAsync(100);
        await Eventually.TrueAsync(
            async () =>
            {
                await _node.RunAsync(TimeSpan.FromSeconds(3));
                GC.Collect();
                return !gone.Exists(reference => reference.IsAlive);
            },
            "what told of those who left is free");
        (await _node.Presence.PresenceCountAsync(Key)).Should().Be(1);
    }

    [Fact]
    public async Task A_connection_whose_lease_was_lost_still_leaves_with_its_end()
    {
        var recorder = new PresenceManagerTestsNode.Recorder();
        await _node.Backend.SubscribeAsync(Key, recorder);
        await _node.RunAsync(TimeSpan.FromSeconds(1));
        var connection = _node.Connect<DocumentHub>("c");
        await Tracker.TrackAsync(connection, Key, "ada", PresenceMeta.Empty);

        // As after a pause: another node has swept this one, and its next renewal is refused.
        await _node.Backend.ReleaseNodeAsync(_node.Id).ToListAsync();
        await _node.Get<PresenceStore>().RenewLeaseAsync(CancellationToken.None);
        await Tracker.ReassertAsync(connection);
        (await _node.Presence.PresenceCountAsync(Key)).Should().Be(1);

        await Tracker.DisconnectAsync(connection, atOnce: true);
        (await _node.Presence.PresenceCountAsync(Key)).Should().Be(0);
        recorder.Changes.Select(change => change.Kind).Should().Equal(PresenceChangeKind.Join, PresenceChangeKind.Leave, PresenceChangeKind.Join, PresenceChangeKind.Leave);
    }

    /// <summary>Another node that has a user and ends without a word. Only what it has in the store outlives it.</summary>
    private async Task CrashAsync(int minute)
    {
        var node = "crashes" + minute;
        await _node.Backend.RenewLeaseAsync(node, TimeSpan.FromSeconds(15));
        await _node.Backend.JoinAsync(new PresenceJoin { Key = Key, Entry = new PresenceEntryId("c", node), UserId = "user" + (minute % 7), Meta = PresenceMeta.Empty });
    }

    /// <summary>Users whom nobody else has ever heard of, each with a cursor: they come, move and go.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private async Task<List<WeakReference>> VisitAsync(int count)
    {
        var seen = new List<WeakReference>();
        for (var i = 0; i < count; i++)
        {
            var user = $"visitor {Guid.NewGuid()}";
            var meta = PresenceMeta.From(new { name = user });
            var connection = _node.Connect<PointerHub>("c" + user);
            await Tracker.TrackAsync(connection, Key, user, meta);
            connection.Memberships[0].Room.MoveCursor(connection.Memberships[0].Member, new CursorPoint(i, i));
            await Tracker.DisconnectAsync(connection, atOnce: true);
            seen.AddRange([new WeakReference(user), new WeakReference(meta), new WeakReference(connection)]);
        }

        return seen;
    }
}
