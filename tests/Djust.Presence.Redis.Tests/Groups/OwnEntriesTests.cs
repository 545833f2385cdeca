using CsCheck;
using Djust.Presence.Backends;
using FluentAssertions;
using Xunit;

namespace Djust.Presence.Redis.Tests.Groups;

public sealed class OwnEntriesTests
{
    [Fact]
    public void Entries_are_found_by_their_id_and_by_their_user() =>
        Gen.Select(Gen.Bool, Gen.Int[0, 5], Gen.Int[0, 2], Gen.Bool).Array[0, 60].Sample(steps =>
        {
            var entries = new OwnEntries();
            var model = new Dictionary<PresenceEntryId, OwnEntry>();
            foreach (var (isSet, connection, user, isOwned) in steps)
            {
                var id = new PresenceEntryId("c" + connection, isOwned ? "n" : string.Empty);
                if (isSet)
                {
                    var own = new OwnEntry(id, "u" + user);
                    entries.Set(own);
                    model[id] = own;
                }
                else
                {
                    entries.Remove(id).Should().Be(model.Remove(id));
                }

                entries.Count.Should().Be(model.Count);
                entries.HasOwned.Should().Be(model.Keys.Any(key => key.NodeId == "n"));
                entries.ToHashSet().SetEquals(model.Values).Should().BeTrue();
                entries.TryGet(id, out var found).Should().Be(model.TryGetValue(id, out var expected));
                found.Should().BeSameAs(expected);
                for (var i = 0; i < 3; i++)
                {
                    entries.Of("u" + i).ToHashSet().SetEquals(model.Values.Where(own => own.UserId == "u" + i)).Should().BeTrue();
                }
            }
        }, iter: 50);

    [Fact]
    public void The_node_is_known_from_the_first_entry_on_its_lease_and_for_good()
    {
        var entries = new OwnEntries();
        entries.Set(new OwnEntry(PresenceEntryId.ForUser("u"), "u"));
        entries.NodeId.Should().BeNull();

        entries.Set(new OwnEntry(new PresenceEntryId("c", "n"), "u"));
        entries.Remove(new PresenceEntryId("c", "n"));

        entries.NodeId.Should().Be("n");
        entries.HasOwned.Should().BeFalse();
    }
}
