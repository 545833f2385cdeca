using Djust.Presence.Backends;
using FluentAssertions;
using Xunit;

namespace Djust.Presence.Redis.Tests.Groups;

/// <summary>What another node has written to an entry of this one, and this one has only read.</summary>
public sealed class GroupReplicaMetaTests
{
    private static readonly PresenceEntryId Mine = new("c", "me");

    private readonly StoredGroup _store = new("e");
    private readonly GroupReplica _replica = new("k", "l.", new StrictObserver());

    [Fact]
    public void A_meta_that_a_reading_brought_is_the_one_that_is_shown_in_the_next_absence()
    {
        Join(PresenceMeta.From(new { m = "old" }));

        // The message of this is lost.
        _store.UpdateUser("u", PresenceMeta.From(new { m = "new" }));
        _replica.Reset(_store.Read(), []);
        _replica.View.Presences[0]["m"].Should().Be("new");
        _replica.Join(new PresenceJoin { Key = "k", Entry = new PresenceEntryId("d", "me"), UserId = "v", Meta = PresenceMeta.Empty }, DateTimeOffset.UnixEpoch, null);

        _replica.View.Presences.Single(presence => presence.Id == "u")["m"].Should().Be("new");
        _replica.Untell();
        _replica.Untold().Single(item => item.Id == Mine).Own!.Meta["m"].Should().Be("new", "a store that has lost its memory is to get it back");
    }

    [Fact]
    public void A_meta_that_is_written_after_an_absence_is_taken_however_often_others_were_written_in_it()
    {
        Join(PresenceMeta.From(new { m = 0 }));
        for (var i = 1; i <= 5; i++)
        {
            _replica.Update(PresenceTarget.Of(Mine), PresenceMeta.From(new { m = i }));
        }

        var item = _replica.Untold().Single();
        _store.Join("me.2", "c", "u", item.Own!.Meta);
        _replica.Told(item, removed: false, 1, _store.Epoch, _store.Version);
        _replica.Reset(_store.Read(), []);
        _replica.Take(_store.UpdateUser("u", PresenceMeta.From(new { m = "new" }))!);

        _replica.Own.Single().Meta["m"].Should().Be("new");
    }

    [Fact]
    public void A_meta_that_is_written_in_an_absence_stays_the_newest_whatever_is_heard_of_another_tab_meanwhile()
    {
        Join(PresenceMeta.From(new { m = "old" }));
        _replica.Take(_store.Join("other.1", "d", "u", PresenceMeta.From(new { m = "elsewhere" })));
        _replica.Update(PresenceTarget.Of(Mine), PresenceMeta.From(new { m = "new" }));

        // Sent before the store went away, carried out when it is back, and heard of before this node has told it anything.
        for (var i = 0; i < 5; i++)
        {
            _replica.Take(_store.Join("other.1", "d", "u", PresenceMeta.From(new { m = $"late {i}" })));
        }

        _replica.View.Presences.Single()["m"].Should().Be("new");
    }

    private void Join(PresenceMeta meta)
    {
        _replica.Reset(_store.Read(), []);
        var change = _store.Join("me.1", "c", "u", meta);
        _replica.Take(change);
        _replica.Confirm(new PresenceJoin { Key = "k", Entry = Mine, UserId = "u", Meta = meta }, 1, change, null);
    }
}
