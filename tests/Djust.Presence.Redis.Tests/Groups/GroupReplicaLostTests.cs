using CsCheck;
using Djust.Presence.Backends;
using FluentAssertions;
using Xunit;

namespace Djust.Presence.Redis.Tests.Groups;

/// <summary>What a node tells a store that has lost its memory, before it tells what it has itself.</summary>
public sealed class GroupReplicaLostTests
{
    private static readonly HashSet<string> Vouched = ["o.1"];

    /// <summary>Who is there and on which of three nodes, and what happens at this one while the store is away.</summary>
    private static readonly Gen<((int User, int Node)[] Before, (int Action, int User)[] Meanwhile)> Stories = Gen.Select(
        Gen.Select(Gen.Int[0, 4], Gen.Int[0, 2]).Array[1, 8], Gen.Select(Gen.Int[0, 3], Gen.Int[0, 6]).Array[0, 6]);

    [Fact]
    public void Entries_of_others_are_told_as_long_as_these_do_not_speak_for_themselves() => Stories.Sample(story =>
    {
        var (replica, told) = Tell(story.Before, story.Meanwhile);

        var lost = replica.Lost("me.2", Vouched).Entries.Where(lost => lost.Entry.Owner != "me.2");

        Looks.Same(
            lost.Select(lost => (lost.UserId, lost.Entry.Ref, lost.Entry.Owner)).Order(),
            told.Entries.Where(entry => entry.Owner == "o.1").Select(entry => (entry.User, entry.Ref, entry.Owner)).Order());
    }, iter: 300);

    [Fact]
    public void Of_its_own_those_are_told_that_have_ended_since() => Stories.Sample(story =>
    {
        var (replica, told) = Tell(story.Before, story.Meanwhile);

        var lost = replica.Lost("me.2", Vouched).Entries.Where(lost => lost.Entry.Owner == "me.2");

        // Whoever is back under the same connection is as good as there all along, but not for a store that has to be told anew.
        var kept = replica.Own.Where(own => own.Epoch is not null).Select(own => own.Id.ConnectionId).ToHashSet();
        Looks.Same(
            lost.Select(lost => (lost.UserId, lost.Entry.Ref)).Order(),
            told.Entries.Where(entry => entry.Owner == "me.1" && !kept.Contains(entry.Connection)).Select(entry => (entry.User, entry.Ref)).Order());
    }, iter: 300);

    [Fact]
    public void The_highest_numbers_come_first_and_the_numbering_is_the_one_that_was_lost() => Stories.Sample(story =>
    {
        var (replica, told) = Tell(story.Before, story.Meanwhile);

        var lost = replica.Lost("me.2", Vouched);

        (lost.Epoch, lost.Version).Should().Be((told.Epoch, told.Version));
        lost.Entries.Select(lost => lost.Entry.Ref).Should().BeInDescendingOrder();
        Looks.Same(lost.Refs.Order(), told.Entries.Select(entry => entry.Ref).Order());
    }, iter: 100);

    [Fact]
    public void What_came_and_went_while_the_store_was_away_is_not_told()
    {
        var (replica, _) = Tell([(0, 1)], [(0, 5), (1, 5)]);

        replica.Lost("me.2", Vouched).Entries.Should().ContainSingle().Which.UserId.Should().Be("u0");
    }

    /// <summary>A group of three nodes, and what is asked here while the store is away.</summary>
    private static (GroupReplica Replica, StoredGroup Told) Tell((int User, int Node)[] before, (int Action, int User)[] meanwhile)
    {
        string[] nodes = ["me", "o", "p"];
        var replica = new GroupReplica("k", "l.", new StrictObserver());
        var told = new StoredGroup("e");
        replica.Reset(told.Read(), []);
        foreach (var (number, node) in before)
        {
            var (user, meta, connection) = ("u" + number, PresenceMeta.From(new { number, node }), nodes[node] + number);
            var change = told.Join(nodes[node] + ".1", connection, user, meta);
            if (change.Kind is not null)
            {
                replica.Take(change);
            }

            if (node == 0)
            {
                replica.Confirm(Join(number, meta), told.Find(connection)!.Ref, change, null);
            }
        }

        foreach (var (action, number) in meanwhile)
        {
            var id = new PresenceEntryId("me" + number, "me");
            _ = action switch
            {
                0 => replica.Join(Join(number, PresenceMeta.From(new { action })), DateTimeOffset.UnixEpoch.AddYears(1), null),
                1 => replica.Leave(PresenceTarget.Of(id), PresenceChangeReason.Requested),
                2 => replica.Leave(PresenceTarget.Of("u" + number), PresenceChangeReason.Removed),
                _ => replica.Update(PresenceTarget.Of(id), PresenceMeta.From(new { action })),
            };
        }

        return (replica, told);
    }

    private static PresenceJoin Join(int number, PresenceMeta meta) =>
        new() { Key = "k", Entry = new PresenceEntryId("me" + number, "me"), UserId = "u" + number, Meta = meta };
}
