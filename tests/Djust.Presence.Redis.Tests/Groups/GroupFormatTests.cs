using System.Text;
using CsCheck;
using Djust.Presence.Backends;
using FluentAssertions;
using Xunit;

namespace Djust.Presence.Redis.Tests.Groups;

/// <summary>What the scripts write is read as what it says.</summary>
public sealed class GroupFormatTests
{
    private static readonly Gen<PresenceMessage> Messages = Gen.Select(
        Gen.OneOf(RandomRecords.Text, Gen.OneOf("two\nlines", "\u0001", "\"", "\t")),
        RandomRecords.Meta).Select((name, payload) => new PresenceMessage(name, payload.Utf8Json));

    [Fact]
    public void A_change_is_read_as_it_was_written() => RandomRecords.Change.Sample(change =>
    {
        var read = GroupFormat.ReadChange(Bodies.Change(change, RandomRecords.Newest(change.User)));

        read.Should().NotBeNull();
        (read! with { User = change.User }).Should().Be(change);
        (read.User.Id, read.User.JoinedAt).Should().Be((change.User.Id, change.User.JoinedAt));
        read.User.Entries.Should().Equal(change.User.Entries);
    }, iter: 2_000);

    [Fact]
    public void What_observers_see_of_a_change_that_was_read_is_what_was_meant() => RandomRecords.Change.Where(change => change.Kind is not null).Sample(change =>
    {
        var meta = RandomRecords.Newest(change.User);
        var seen = GroupFormat.ReadChange(Bodies.Change(change, meta))!.ToChange("k");

        (seen.Key, seen.Epoch, seen.Version, seen.Kind, seen.Reason, seen.Hub).Should().Be(("k", change.Epoch, change.Version, change.Kind!.Value, change.Reason, change.Hub));
        (seen.Presence.Key, seen.Presence.Id, seen.Presence.JoinedAt, seen.Presence.Meta).Should().Be(("k", change.User.Id, change.User.JoinedAt, meta));
        seen.Presence.Connections.Should().Equal(change.User.Entries.Select(entry => new PresenceConnection(entry.Ref, entry.Meta.Equals(meta) ? null : entry.Meta)));
    });

    [Fact]
    public void Another_owner_is_read_as_it_was_written() =>
        Gen.Select(RandomRecords.Text, Gen.Long[0, long.MaxValue], RandomRecords.OwnerName, Gen.Int[1, int.MaxValue].Array[1, 5]).Sample((epoch, version, owner, refs) =>
        {
            var read = GroupFormat.ReadOwnerChange(Bodies.Owner(new OwnerChange(epoch, version, owner, refs)));

            (read!.Epoch, read.Version, read.Owner).Should().Be((epoch, version, owner));
            read.Refs.Should().Equal(refs);
        });

    [Fact]
    public void An_entry_is_read_as_it_was_written() => RandomRecords.Change.Sample(change =>
    {
        var (user, entry) = (change.User, change.User.Entries[0] with { Deadline = 0 });
        var body = Bodies.Entry(
            entry.Owner, change.Epoch, user.Id, user.JoinedAt.ToUnixTimeMilliseconds(), entry.Stamp, change.FirstRef % 2 == 0, change.Hub ?? string.Empty, entry.Meta.ToString());

        GroupFormat.ReadEntry(entry.Ref, body).Should().Be((user.Id, user.JoinedAt, entry));
    });

    [Fact]
    public void An_entry_is_the_same_whatever_came_before_it() => Gen.Select(RandomRecords.Change, RandomRecords.Change, Gen.Bool).Sample((change, other, hasSameMeta) =>
    {
        var (entry, before) = (change.User.Entries[0], other.User.Entries[0]);
        before = hasSameMeta ? before with { Meta = PresenceMeta.From(entry.Meta) } : before;
        var body = Bodies.Entry(entry.Owner, "c", change.User.Id, 1_700_000_000_000, entry.Stamp, false, "Hub", entry.Meta.ToString());

        var read = GroupFormat.ReadEntry(entry.Ref, body, before);

        read.Should().Be(GroupFormat.ReadEntry(entry.Ref, body));
        if (hasSameMeta)
        {
            read!.Value.Entry.Meta.Should().BeSameAs(before.Meta, "a group of users with one meta has it once");
        }
    });

    [Fact]
    public void An_event_is_read_as_it_was_written() => Messages.Sample(message =>
    {
        var read = GroupFormat.ReadMessage(GroupFormat.WriteMessage(message));

        read!.Event.Should().Be(message.Event);
        read.Payload.ToArray().Should().Equal(message.Payload.ToArray());
    });

    [Theory]
    [InlineData("null")]
    [InlineData("0")]
    [InlineData("\"text\"")]
    [InlineData("[1,\n2]")]
    public void An_event_may_carry_any_json(string payload)
    {
        var bytes = Encoding.UTF8.GetBytes(payload);

        GroupFormat.ReadMessage(GroupFormat.WriteMessage(new PresenceMessage("e", bytes)))!.Payload.ToArray().Should().Equal(bytes);
    }

    [Fact]
    public void Each_kind_of_body_is_told_by_its_first_byte()
    {
        var change = new GroupChange("e", 1, PresenceChangeKind.Join, default, null, new UserRecord("u", DateTimeOffset.UnixEpoch, [new EntryRecord(1, "n.1", 0, 1, PresenceMeta.Empty)]), 1);

        Bodies.Change(change, PresenceMeta.Empty)[0].Should().Be(GroupFormat.Change);
        Bodies.Owner(new OwnerChange("e", 1, "n.1", [1]))[0].Should().Be(GroupFormat.OwnerChange);
        GroupFormat.WriteMessage(new PresenceMessage("e", "1"u8.ToArray()))[0].Should().Be(GroupFormat.Message);
    }

    [Fact]
    public void A_reason_is_read_by_the_name_that_is_written_for_it()
    {
        var user = new UserRecord("u", DateTimeOffset.UnixEpoch, [new EntryRecord(1, "n.1", 0, 1, PresenceMeta.Empty)]);
        foreach (var reason in Enum.GetValues<PresenceChangeReason>())
        {
            var change = new GroupChange("e", 1, PresenceChangeKind.Leave, reason, null, user, 1);
            GroupFormat.ReadChange(Bodies.Change(change, PresenceMeta.Empty))!.Reason.Should().Be(reason);
        }
    }
}
