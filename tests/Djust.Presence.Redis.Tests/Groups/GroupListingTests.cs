using CsCheck;
using FluentAssertions;
using Xunit;

namespace Djust.Presence.Redis.Tests.Groups;

/// <summary>The list of a group that nobody follows here is the one that a follower has.</summary>
public sealed class GroupListingTests
{
    /// <summary>Users with up to five entries each, and an order in which a hash may have the entries.</summary>
    private static readonly Gen<(UserRecord[] Users, int Seed)> Groups =
        Gen.Select(RandomRecords.Change.Select(change => change.User).Array[0, 12], Gen.Int[0, int.MaxValue]).Select((users, seed) => (users.DistinctBy(user => user.Id).ToArray(), seed));

    [Fact]
    public void Entries_in_any_order_make_the_list_of_the_group() => Groups.Sample(group =>
    {
        var entries = group.Users.SelectMany(user => user.Entries.Select(entry => (user.Id, user.JoinedAt, Entry: entry))).ToArray();
        new Random(group.Seed).Shuffle(entries);
        var listing = new GroupListing("k", entries.Length);
        foreach (var (id, joinedAt, entry) in entries)
        {
            listing.Add(id, joinedAt, entry);
        }

        var (listed, followed) = (listing.ToSnapshot("e", 7), new GroupState("k", "e", 7, group.Users).Snapshot);

        Looks.Same(Looks.Of(listed), Looks.Of(followed));
        listed.Presences.Select(presence => (presence.Key, presence.JoinedAt)).Should().Equal(followed.Presences.Select(presence => (presence.Key, presence.JoinedAt)));
        (listed.Key, listed.Epoch, listed.Version, listed.Count).Should().Be((followed.Key, followed.Epoch, followed.Version, followed.Count));
    });

    [Fact]
    public void A_user_is_listed_once_even_if_entries_tell_different_times_of_joining()
    {
        var listing = new GroupListing("k", 2);
        listing.Add("u", DateTimeOffset.UnixEpoch, new EntryRecord(2, "n.1", 0, 2, PresenceMeta.Empty));
        listing.Add("u", DateTimeOffset.UnixEpoch.AddDays(1), new EntryRecord(1, "n.1", 0, 1, PresenceMeta.Empty));

        var user = listing.ToSnapshot("e", 1).Presences.Should().ContainSingle().Subject;

        user.JoinedAt.Should().Be(DateTimeOffset.UnixEpoch);
        user.Connections.Select(connection => connection.Ref).Should().Equal(1, 2);
    }
}
