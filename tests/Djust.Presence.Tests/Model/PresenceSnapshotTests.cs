using CsCheck;
using FluentAssertions;
using Xunit;

namespace Djust.Presence.Tests.Model;

/// <summary>A snapshot that was made to be listed is the one that was made for changes, whatever is asked of it and in whatever order.</summary>
public sealed class PresenceSnapshotTests
{
    private static readonly Gen<(RandomGroup Group, List<PresenceChange> Later, Presence[] Before)> Histories =
        Gen.Select(RandomGroup.Steps, RandomGroup.Steps).Select((earlier, later) =>
        {
            var group = new RandomGroup();
            group.Run(earlier);
            var before = group.Listed;
            return (group, group.Run(later), before);
        });

    /// <summary>Few moments and few ids, so that many join at once.</summary>
    private static readonly Gen<Presence[]> Crowds =
        Gen.Select(Gen.Int[0, 4], Gen.OneOf(Gen.Int[0, 20].Select(number => "u" + number), Gen.OneOf("é", "Z", "a", "😀", "-1", "\uffff"))).Array[0, 40].Select(users =>
            users.DistinctBy(user => user.Item2).Select(user => new Presence("k", user.Item2, DateTimeOffset.UnixEpoch.AddMilliseconds(user.Item1), PresenceMeta.Empty, [new PresenceConnection(1)])).ToArray());

    [Fact]
    public void A_listing_is_in_the_order_of_every_list() => Crowds.Sample(crowd =>
    {
        var eager = PresenceSnapshot.Create("k", "e", 7, crowd);

        var listing = Listing(crowd, 7);

        listing.Presences.Should().Equal(eager.Presences);
        (listing.Key, listing.Epoch, listing.Version, listing.Count).Should().Be((eager.Key, eager.Epoch, eager.Version, eager.Count));
        listing.Presences.Should().BeSameAs(listing.Presences);
    });

    [Fact]
    public void Changes_do_to_a_listing_what_they_do_to_any_snapshot() => Histories.Sample(history =>
    {
        var (eager, listing) = (PresenceSnapshot.Create("k", "e", 0, history.Before), Listing(history.Before));
        foreach (var change in history.Later)
        {
            (eager, listing) = (eager.Apply(change), listing.Apply(change));

            listing.Presences.Should().Equal(eager.Presences);
            listing.Version.Should().Be(eager.Version);
        }

        listing.Presences.Should().Equal(history.Group.Listed);
    });

    [Fact]
    public void A_listing_stays_as_it_was_after_changes_to_it() => Histories.Sample(history =>
    {
        var listing = Listing(history.Before);
        var presences = listing.Presences;

        listing.Prepare();
        _ = history.Later.Aggregate(listing, (snapshot, change) => snapshot.Apply(change));

        listing.Presences.Should().BeSameAs(presences).And.Equal(history.Before);
    });

    [Fact]
    public void A_listing_finds_those_of_the_same_stay() => Histories.Sample(history =>
    {
        var (eager, listing) = (PresenceSnapshot.Create("k", "e", 0, history.Before), Listing(history.Before));
        foreach (var presence in history.Before.Concat(history.Group.Listed))
        {
            listing.SameStay(presence).Should().BeSameAs(eager.SameStay(presence));
        }
    });

    [Fact]
    public void Changes_by_several_threads_at_once_each_give_their_own_snapshot()
    {
        var users = Enumerable.Range(0, 500).Select(User).ToArray();
        for (var round = 0; round < 20; round++)
        {
            var listing = Listing(users);
            Parallel.For(0, 8, thread =>
            {
                var left = listing.Apply(new PresenceChange { Key = "k", Epoch = "e", Version = 1, Kind = PresenceChangeKind.Leave, Presence = users[thread] });
                left.Presences.Should().Equal(users.Where(user => user != users[thread]));
            });
        }
    }

    [Fact]
    public void Nobody_can_write_to_a_listing()
    {
        var list = (IList<Presence>)Listing([User(0)]).Presences;

        list.Invoking(presences => presences[0] = User(1)).Should().Throw<NotSupportedException>();
        list.Invoking(presences => presences.Add(User(1))).Should().Throw<NotSupportedException>();
    }

    private static PresenceSnapshot Listing(Presence[] presences, long version = 0)
    {
        var copy = presences.ToArray();
        new Random(presences.Length).Shuffle(copy);
        return PresenceSnapshot.CreateListing("k", "e", version, copy);
    }

    private static Presence User(int number) => new("k", "u" + number, DateTimeOffset.UnixEpoch.AddMilliseconds(number), PresenceMeta.Empty, [new PresenceConnection(number + 1)]);
}
