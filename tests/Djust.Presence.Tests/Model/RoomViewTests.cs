using CsCheck;
using FluentAssertions;
using Xunit;

namespace Djust.Presence.Tests.Model;

/// <summary>What the clients of a room are told, as pure steps from one view to the next.</summary>
public sealed class RoomViewTests
{
    private static readonly Gen<((int, int, int)[] Steps, int Max, int Batch)> Rooms =
        Gen.Select(RandomGroup.Steps, Gen.Int[1, 7], Gen.Int[1, 6]).Select((steps, max, batch) => (steps, max, batch));

    [Fact]
    public void Diffs_of_windows_applied_to_windows_give_windows() => Rooms.Sample(room =>
    {
        var view = RoomView.Of(PresenceSnapshot.Empty("k", "e"));
        var client = view.Snapshot.Presences.ToArray();
        foreach (var batch in new RandomGroup().Run(room.Steps).Chunk(room.Batch))
        {
            var (after, diff) = view.Advance(null, batch, room.Max);
            client = [.. PresenceDiffTests.Apply(client, diff)];
            client.Should().Equal(after.Snapshot.Presences.Take(room.Max), Presence.LooksSame);
            view = after;
        }
    });

    [Fact]
    public void The_count_is_exact_whatever_the_window() => Rooms.Sample(room =>
    {
        var group = new RandomGroup();
        var (after, _) = RoomView.Of(PresenceSnapshot.Empty("k", "e")).Advance(null, group.Run(room.Steps), room.Max);
        after.Snapshot.Count.Should().Be(group.Listed.Length);
    });

    [Fact]
    public void The_version_moves_exactly_when_clients_see_something() => Rooms.Sample(room =>
    {
        var view = RoomView.Of(PresenceSnapshot.Empty("k", "e"));
        foreach (var batch in new RandomGroup().Run(room.Steps).Chunk(room.Batch))
        {
            var (after, diff) = view.Advance(null, batch, room.Max);
            var visible = !diff.IsEmpty || after.Snapshot.Count != view.Snapshot.Count;
            after.Version.Should().Be(visible ? after.Snapshot.Version : view.Version);
            view = after;
        }
    });

    [Fact]
    public void A_reset_leads_to_the_same_window_as_the_changes_would_have() => Rooms.Sample(room =>
    {
        var group = new RandomGroup();
        var changes = group.Run(room.Steps);
        var half = changes.Count / 2;
        var before = changes.Take(half).Aggregate(PresenceSnapshot.Empty("k", "e"), (snapshot, change) => snapshot.Apply(change));
        var (after, diff) = RoomView.Of(before).Advance(group.Snapshot, [], room.Max);
        PresenceDiffTests.Apply(before.Presences.Take(room.Max), diff).Should().Equal(group.Listed.Take(room.Max), Presence.LooksSame);
        after.Snapshot.Presences.Should().Equal(group.Listed);
    });

    [Fact]
    public void Changes_that_net_to_nothing_keep_the_version_and_the_next_diff_starts_there()
    {
        var view = RoomView.Of(PresenceSnapshot.Empty("k", "e"));
        var (same, none) = view.Advance(null, [Change(1, PresenceChangeKind.Join, "ada"), Change(2, PresenceChangeKind.Leave, "ada")], 10);
        none.IsEmpty.Should().BeTrue();
        (same.Version, same.Snapshot.Version).Should().Be((0, 2));
        var (next, diff) = same.Advance(null, [Change(3, PresenceChangeKind.Join, "ada")], 10);
        diff.Joins.Should().ContainSingle();
        next.Version.Should().Be(3);
    }

    [Fact]
    public void What_happens_beyond_the_window_is_seen_in_the_count_only()
    {
        var full = RoomView.Of(PresenceSnapshot.Create("k", "e", 2, [User("a"), User("b")]));
        var (joined, join) = full.Advance(null, [Change(3, PresenceChangeKind.Join, "c")], 2);
        join.IsEmpty.Should().BeTrue();
        (joined.Version, joined.Snapshot.Count).Should().Be((3, 3));
        var (updated, update) = joined.Advance(null, [Change(4, PresenceChangeKind.Update, "c")], 2);
        update.IsEmpty.Should().BeTrue();
        updated.Version.Should().Be(3);
    }

    [Fact]
    public void When_somebody_in_the_window_leaves_the_next_one_moves_up()
    {
        var full = RoomView.Of(PresenceSnapshot.Create("k", "e", 3, [User("a"), User("b"), User("c")]));
        var (_, diff) = full.Advance(null, [Change(4, PresenceChangeKind.Leave, "a")], 2);
        diff.Leaves.Should().Equal("a");
        diff.Joins.Select(user => user.Id).Should().Equal("c");
    }

    [Fact]
    public void It_leaves_out_exactly_those_beyond_the_window() => Rooms.Sample(room =>
    {
        var group = new RandomGroup();
        group.Run(room.Steps);
        var view = RoomView.Of(group.Snapshot);
        group.Listed.Where(user => view.LeavesOut(user, room.Max)).Should().Equal(group.Listed.Skip(room.Max));
    });

    [Fact]
    public void Without_changes_it_stays_the_same_view()
    {
        var view = RoomView.Of(PresenceSnapshot.Create("k", "e", 7, [User("a")]));
        view.Advance(null, [], 10).After.Should().BeSameAs(view);
    }

    [Fact]
    public void A_new_epoch_is_a_new_view_without_a_diff()
    {
        var view = RoomView.Of(PresenceSnapshot.Create("k", "e", 7, [User("a")]));
        var (after, diff) = view.Advance(PresenceSnapshot.Create("k", "other", 3, [User("a"), User("b")]), [], 10);
        diff.IsEmpty.Should().BeTrue();
        (after.Epoch, after.Version, after.Snapshot.Count).Should().Be(("other", 3, 2));
    }

    private static PresenceChange Change(long version, PresenceChangeKind kind, string id) =>
        new() { Key = "k", Epoch = "e", Version = version, Kind = kind, Presence = User(id) };

    private static Presence User(string id) => new("k", id, DateTimeOffset.UnixEpoch, PresenceMeta.Empty, [new PresenceConnection(1)]);
}
