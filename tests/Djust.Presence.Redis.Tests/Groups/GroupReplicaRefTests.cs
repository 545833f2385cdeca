using Djust.Presence.Backends;
using FluentAssertions;
using Xunit;

namespace Djust.Presence.Redis.Tests.Groups;

/// <summary>Refs that two nodes gave while the store was away.</summary>
public sealed class GroupReplicaRefTests
{
    private readonly GroupReplica _replica = new("k", "l.", new StrictObserver());

    [Theory]
    [InlineData("other")]
    [InlineData("mine")]
    public void A_ref_that_the_store_has_given_to_another_connection_is_not_shown_twice(string userId)
    {
        _replica.Reset(new GroupState("k", "e", 0, []), []);
        var join = new PresenceJoin { Key = "k", Entry = new PresenceEntryId("c", "me"), UserId = "mine", Meta = PresenceMeta.Empty };
        var given = _replica.Join(join, DateTimeOffset.UnixEpoch, null).Ref;

        var taken = new UserRecord(userId, DateTimeOffset.UnixEpoch, [new EntryRecord(given, "you.1", 0, 1, PresenceMeta.Empty)]);
        _replica.Take(new GroupChange("e", 1, PresenceChangeKind.Join, PresenceChangeReason.Requested, "hub", taken, given)).Should().Be(GroupStep.Applied);

        _replica.View.Presences.SelectMany(presence => presence.Connections).Select(connection => connection.Ref).Should().OnlyHaveUniqueItems().And.HaveCount(2).And.Contain(given);
        var anew = _replica.Join(join with { KeepMeta = true }, DateTimeOffset.UnixEpoch, null).Ref;
        anew.Should().NotBe(given, "whoever asks for the connection is told its new ref");
        _replica.Untold().Single().Own!.Ref.Should().Be(anew);
    }
}
