using System.Collections.Immutable;
using CsCheck;
using FluentAssertions;
using Xunit;

namespace Djust.Presence.Redis.Tests.Groups;

public sealed class UserRecordTests
{
    private static readonly Gen<UserRecord> Users = RandomRecords.Change.Select(change => change.User);

    [Fact]
    public void A_user_shows_the_newest_meta_and_others_only_where_they_differ() => Users.Sample(user =>
    {
        var presence = user.ToPresence("k");

        (presence.Key, presence.Id, presence.JoinedAt, presence.Meta).Should().Be(("k", user.Id, user.JoinedAt, RandomRecords.Newest(user)));
        presence.Connections.Select(connection => connection.Ref).Should().Equal(user.Entries.Select(entry => entry.Ref));
        presence.Connections.Select(connection => connection.Meta ?? presence.Meta).Should().Equal(user.Entries.Select(entry => entry.Meta));
        presence.Connections.Should().NotContain(connection => presence.Meta.Equals(connection.Meta));
    });

    [Fact]
    public void What_observers_see_is_made_once() => Users.Sample(user => user.ToPresence("k").Should().BeSameAs(user.ToPresence("k")));

    [Fact]
    public void A_user_without_some_entries_shows_the_rest() => Users.Sample(user =>
    {
        _ = user.ToPresence("k");
        ImmutableArray<EntryRecord> kept = [.. user.Entries.Where(entry => entry.Ref % 2 == 0)];

        var rest = user.Where(entry => entry.Ref % 2 == 0);

        if (kept.IsEmpty)
        {
            rest.Should().BeNull();
        }
        else
        {
            rest!.Entries.Should().Equal(kept);
            rest.ToPresence("k").Connections.Select(connection => connection.Ref).Should().Equal(kept.Select(entry => entry.Ref));
        }
    });

    [Fact]
    public void A_user_without_none_is_the_same_user() => Users.Sample(user => user.Where(_ => true).Should().BeSameAs(user));
}
