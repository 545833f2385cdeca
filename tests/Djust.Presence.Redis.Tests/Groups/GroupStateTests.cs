using System.Collections.Immutable;
using CsCheck;
using FluentAssertions;
using Xunit;

namespace Djust.Presence.Redis.Tests.Groups;

/// <summary>A group as a feed tells it is the group that the store has, or is known not to be.</summary>
public sealed class GroupStateTests
{
    [Fact]
    public void A_feed_without_holes_gives_the_group() => RandomFeed.Steps.Sample(steps =>
    {
        var state = new GroupState("k", "e", 0, []);
        foreach (var message in new RandomFeed().Run(steps))
        {
            message.ApplyTo(state).Should().BeOneOf(GroupStep.Applied, GroupStep.AppliedAnew);

            (state.Epoch, state.Version).Should().Be((message.After.Epoch, message.After.Version));
            (state.Snapshot.Epoch, state.Snapshot.Version).Should().Be((state.Epoch, state.Version));
            Looks.Same(Looks.Of(state.Snapshot), message.Listed);
            // A meta that is written again as it was is not told: its stamp may be behind, its place among those of its user is not.
            Looks.Same(Everything(state).Select(entry => entry with { Stamp = 0 }), Everything(message.After).Select(entry => entry with { Stamp = 0 }));
            Looks.Same(state.Owners.Order(), message.After.Owners.Order());
            state.MaxRef.Should().Be(message.After.MaxRef);
            state.MaxStamp.Should().Be(Everything(state).Select(entry => entry.Stamp).DefaultIfEmpty().Max());
        }
    }, iter: 300);

    [Fact]
    public void Messages_that_are_lost_or_come_twice_never_give_another_group() =>
        Gen.Select(RandomFeed.Steps, Gen.Int[0, 5].Array[60]).Sample((steps, fates) =>
        {
            var state = new GroupState("k", "e", 0, []);
            var messages = new RandomFeed().Run(steps).Where(message => message.Change is not null).ToList();
            for (var i = 0; i < messages.Count; i++)
            {
                // Lost, or late by one and after it was told already, or in order.
                var arrives = fates[i] == 0 ? [] : fates[i] == 1 && i > 0 ? new[] { messages[i], messages[i - 1] } : [messages[i]];
                foreach (var message in arrives)
                {
                    if (message.ApplyTo(state) == GroupStep.Hole)
                    {
                        state = Copy(messages[i].After);
                    }
                }

                var truth = messages.Find(message => message.After.Epoch == state.Epoch && message.After.Version == state.Version);
                Looks.Same(Looks.Of(state.Snapshot), truth?.Listed ?? []);
            }
        }, iter: 300);

    [Fact]
    public void A_lost_message_is_noticed_with_the_next() => RandomFeed.Steps.Sample(steps =>
    {
        var messages = new RandomFeed().Run(steps).Where(message => message.Change is not null).ToList();
        for (var i = 0; i + 2 < messages.Count; i++)
        {
            var isEndOfNumbering = messages[i + 1].After.Users.Count == 0 || messages[i + 2].Change!.Version == 1;
            if (!isEndOfNumbering)
            {
                Copy(messages[i].After).Apply(messages[i + 2].Change!).Should().Be(GroupStep.Hole);
            }
        }
    });

    [Fact]
    public void What_was_told_already_is_known() => RandomFeed.Steps.Sample(steps =>
    {
        var messages = new RandomFeed().Run(steps).Where(message => message.Change is not null).ToList();
        foreach (var message in messages)
        {
            var before = message.After.Snapshot;
            message.After.Apply(message.Change!).Should().Be(GroupStep.Known);
            message.After.Snapshot.Should().BeSameAs(before);
        }
    });

    [Fact]
    public void Another_numbering_while_somebody_is_there_is_a_hole()
    {
        var state = new GroupState("k", "e1", 3, [User("u", 1)]);

        state.Apply(Change("e2", 1, PresenceChangeKind.Join, User("v", 1))).Should().Be(GroupStep.Hole);
        state.Epoch.Should().Be("e1");
    }

    [Fact]
    public void Another_numbering_that_does_not_begin_is_a_hole() =>
        new GroupState("k", "e1", 3, []).Apply(Change("e2", 2, PresenceChangeKind.Join, User("v", 1))).Should().Be(GroupStep.Hole);

    [Fact]
    public void A_group_that_was_never_there_takes_the_first_change_of_any_numbering()
    {
        var state = new GroupState("k", string.Empty, 0, []);

        state.Apply(Change("e", 1, PresenceChangeKind.Join, User("v", 1))).Should().Be(GroupStep.AppliedAnew);
        state.Snapshot.Presences.Should().ContainSingle().Which.Id.Should().Be("v");
    }

    [Fact]
    public void An_owner_of_a_numbering_or_version_that_was_not_told_is_a_hole()
    {
        var state = new GroupState("k", "e", 3, [User("u", 1)]);

        state.Apply(new OwnerChange("f", 3, "b.1", [1])).Should().Be(GroupStep.Hole);
        state.Apply(new OwnerChange("e", 4, "b.1", [1])).Should().Be(GroupStep.Hole);
        state.Owners.Should().Equal("a.1");
    }

    [Fact]
    public void An_owner_of_entries_that_have_gone_is_no_harm()
    {
        var state = new GroupState("k", "e", 3, [User("u", 1)]);

        state.Apply(new OwnerChange("e", 2, "b.1", [9])).Should().Be(GroupStep.Applied);
        state.Owners.Should().Equal("a.1");
    }

    [Fact]
    public void Deadlines_are_those_of_heartbeats_only()
    {
        var state = new GroupState("k", "e", 1, [User("u", 1, string.Empty), User("v", 2)]);

        state.SetDeadlines(new Dictionary<int, long> { [1] = 77, [2] = 88 });

        Everything(state).Select(entry => entry.Deadline).Should().Equal(77, 0);
    }

    [Fact]
    public void Who_is_not_alive_is_not_in_the_list() => RandomFeed.Steps.Sample(steps =>
    {
        foreach (var message in new RandomFeed().Run(steps))
        {
            var alive = message.After.Alive(entry => entry.Owner == "b.1");
            var kept = message.After.Users.OrderBy(user => user.JoinedAt).ThenBy(user => user.Id, StringComparer.Ordinal).Select(user => (user.Id, Look: Looks.Of(user.Entries.Where(entry => entry.Owner == "b.1").Select(entry => (entry.Ref, entry.Stamp, entry.Meta)))));

            Looks.Same(Looks.Of(alive), kept.Where(user => user.Look is not null).Select(user => Looks.Line(user.Id, user.Look!)));
            (alive.Epoch, alive.Version).Should().Be((message.After.Epoch, message.After.Version));
        }
    });

    [Fact]
    public void While_all_are_alive_the_list_is_one_object()
    {
        var state = new GroupState("k", "e", 1, [User("u", 1), User("v", 2)]);

        state.Alive(_ => true).Should().BeSameAs(state.Snapshot);
    }

    private static ImmutableArray<EntryRecord> Everything(GroupState state) =>
        [.. state.Users.SelectMany(user => user.Entries).OrderBy(entry => entry.Ref)];

    private static GroupState Copy(GroupState state) => new("k", state.Epoch, state.Version, state.Users);

    private static UserRecord User(string id, int @ref, string owner = "a.1") =>
        new(id, DateTimeOffset.UnixEpoch, [new EntryRecord(@ref, owner, 0, @ref, PresenceMeta.Empty)]);

    private static GroupChange Change(string epoch, long version, PresenceChangeKind kind, UserRecord user) =>
        new(epoch, version, kind, PresenceChangeReason.Requested, null, user, 0);
}
