using CsCheck;
using FluentAssertions;
using Xunit;

namespace Djust.Presence.Tests.Model;

/// <summary>What changes do to a snapshot, and what they net to, for any valid history.</summary>
public sealed class PresenceDiffTests
{
    /// <summary>A history before, and the changes under test after it.</summary>
    private static readonly Gen<(PresenceSnapshot Before, List<PresenceChange> Changes, PresenceSnapshot After)> Histories =
        Gen.Select(RandomGroup.Steps, RandomGroup.Steps).Select((earlier, later) =>
        {
            var group = new RandomGroup();
            group.Run(earlier);
            var before = group.Snapshot;
            return (before, group.Run(later), group.Snapshot);
        });

    [Fact]
    public void A_snapshot_with_changes_applied_is_the_group_after_them() => RandomGroup.Steps.Sample(steps =>
    {
        var group = new RandomGroup();
        var snapshot = PresenceSnapshot.Empty("k", "e");
        foreach (var change in group.Run(steps))
        {
            snapshot = snapshot.Apply(change);
        }

        snapshot.Presences.Should().Equal(group.Listed);
        snapshot.Count.Should().Be(group.Listed.Length);
        snapshot.Version.Should().Be(steps.Length);
    });

    [Fact]
    public void Applying_a_change_leaves_the_snapshot_before_as_it_was() => Histories.Sample(history =>
    {
        var listed = history.Before.Presences.ToArray();
        _ = history.Changes.Aggregate(history.Before, (snapshot, change) => snapshot.Apply(change));
        history.Before.Presences.Should().Equal(listed);
    });

    [Fact]
    public void A_diff_applied_as_leaves_then_joins_then_updates_gives_the_list_after() => Histories.Sample(history =>
    {
        var diff = PresenceDiff.Net(history.Before, history.Changes);
        Apply(history.Before.Presences, diff).Should().Equal(history.After.Presences, Presence.LooksSame);
    });

    [Fact]
    public void A_user_is_at_most_once_in_a_diff() => Histories.Sample(history =>
    {
        var diff = PresenceDiff.Net(history.Before, history.Changes);
        Ids(diff).Should().OnlyHaveUniqueItems();
    });

    [Fact]
    public void A_diff_names_each_user_for_what_happened_net() => Histories.Sample(history =>
    {
        var (before, after) = (IdsOf(history.Before), IdsOf(history.After));
        var diff = PresenceDiff.Net(history.Before, history.Changes);
        diff.Leaves.Should().BeEquivalentTo(before.Except(after));
        diff.Joins.Select(user => user.Id).Should().BeEquivalentTo(after.Except(before));
        diff.Updates.Select(user => user.Id).Should().BeSubsetOf(before.Intersect(after));
    });

    [Fact]
    public void One_who_came_and_went_or_ends_as_they_began_is_in_no_diff() => Histories.Sample(history =>
    {
        var diff = PresenceDiff.Net(history.Before, history.Changes);
        var same = history.Before.Presences.Where(was => history.After.Presences.Any(now => now.Id == was.Id && Presence.LooksSame(was, now))).Select(was => was.Id);
        var never = history.Changes.Select(change => change.Presence.Id).Except(IdsOf(history.Before)).Except(IdsOf(history.After));
        Ids(diff).Intersect(same.Concat(never)).Should().BeEmpty();
    });

    [Fact]
    public void Changes_net_to_the_difference_between_the_two_lists() => Histories.Sample(history =>
    {
        var net = PresenceDiff.Net(history.Before, history.Changes);
        var between = PresenceDiff.Between(history.Before.Presences, history.After.Presences);
        net.Leaves.Should().Equal(between.Leaves);
        net.Joins.Should().Equal(between.Joins);
        net.Updates.Should().Equal(between.Updates);
        net.IsEmpty.Should().Be(between.IsEmpty);
    });

    [Fact]
    public void Joins_and_updates_come_in_the_order_of_the_list() => Histories.Sample(history =>
    {
        var diff = PresenceDiff.Net(history.Before, history.Changes);
        diff.Joins.Should().Equal(diff.Joins.Order(PresenceOrder.Instance));
        diff.Updates.Should().Equal(diff.Updates.Order(PresenceOrder.Instance));
        diff.Leaves.Should().Equal(diff.Leaves.Order(StringComparer.Ordinal));
    });

    [Fact]
    public void No_change_is_no_diff() => PresenceDiff.Net(PresenceSnapshot.Empty("k"), []).Should().BeSameAs(PresenceDiff.None);

    [Fact]
    public void A_snapshot_of_presences_in_any_order_is_ordered() => RandomGroup.Steps.Sample(steps =>
    {
        var group = new RandomGroup();
        group.Run(steps);
        PresenceSnapshot.Create("k", "e", 1, group.Listed.Reverse()).Presences.Should().Equal(group.Listed);
    });

    internal static IEnumerable<Presence> Apply(IEnumerable<Presence> list, PresenceDiff diff)
    {
        // As a client does it: by id, and the list is sorted at the end.
        var users = list.ToDictionary(user => user.Id, StringComparer.Ordinal);
        foreach (var id in diff.Leaves)
        {
            users.Remove(id).Should().BeTrue($"{id} leaves");
        }

        foreach (var user in diff.Joins)
        {
            users.TryAdd(user.Id, user).Should().BeTrue($"{user.Id} joins");
        }

        foreach (var user in diff.Updates)
        {
            users.Should().ContainKey(user.Id);
            users[user.Id] = user;
        }

        return users.Values.Order(PresenceOrder.Instance);
    }

    private static IEnumerable<string> Ids(PresenceDiff diff) =>
        diff.Leaves.Concat(diff.Joins.Select(user => user.Id)).Concat(diff.Updates.Select(user => user.Id));

    private static IEnumerable<string> IdsOf(PresenceSnapshot snapshot) => snapshot.Presences.Select(user => user.Id);
}
