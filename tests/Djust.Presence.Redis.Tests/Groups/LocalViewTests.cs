using CsCheck;
using FluentAssertions;
using Xunit;

namespace Djust.Presence.Redis.Tests.Groups;

/// <summary>A list of a node's own making changes as what is shown changes, and not otherwise.</summary>
public sealed class LocalViewTests
{
    private static readonly Gen<(int User, int Look, int Joined)[]> Steps = Gen.Select(Gen.Int[0, 3], Gen.Int[0, 4], Gen.Int[0, 3]).Array[0, 50];

    [Fact]
    public void What_is_shown_is_what_was_shown_last() => Steps.Sample(steps =>
    {
        var view = new LocalView("k", "l1", PresenceSnapshot.Empty("k", "e", 7));
        var observer = new StrictObserver();
        observer.OnSnapshot(view.Snapshot);
        var shown = new Dictionary<string, (string Look, DateTimeOffset Joined)>();
        foreach (var (number, look, joined) in steps)
        {
            var (id, now) = ("u" + number, look == 0 ? null : Presence("u" + number, look, joined));
            var stays = now is not null && shown.ContainsKey(id);
            var change = view.Show(id, now, PresenceChangeReason.Expired, "Hub");
            if (change is not null)
            {
                observer.OnChange(change);
                (change.Key, change.Epoch, change.Reason, change.Hub).Should().Be(("k", "l1", PresenceChangeReason.Expired, "Hub"));
            }

            if (now is null)
            {
                (change?.Kind == PresenceChangeKind.Leave).Should().Be(shown.Remove(id));
            }
            else
            {
                // A stay keeps its place in the list, whatever is said later of when it began.
                shown[id] = ($"{look}", stays ? shown[id].Joined : now.JoinedAt);
            }
        }

        Looks.Same(observer.Breaks, []);
        Looks.Same(
            view.Snapshot.Presences.Select(presence => (presence.Id, presence["look"]!, presence.JoinedAt)),
            shown.OrderBy(user => user.Value.Joined).ThenBy(user => user.Key, StringComparer.Ordinal).Select(user => (user.Key, user.Value.Look, user.Value.Joined)));
        view.Snapshot.Version.Should().Be(observer.Changes.Count);
    });

    [Fact]
    public void It_begins_with_what_was_seen_before_under_a_numbering_of_its_own()
    {
        var user = Presence("u1", 1, 0);
        var view = new LocalView("k", "l1", PresenceSnapshot.Create("k", "e", 7, [user]));

        view.Snapshot.Presences.Should().Equal(user);
        (view.Snapshot.Epoch, view.Snapshot.Version).Should().Be(("l1", 0));
        view.Find("u1").Should().BeSameAs(user);
    }

    [Fact]
    public void What_looks_the_same_is_no_change()
    {
        var view = new LocalView("k", "l1", PresenceSnapshot.Create("k", "e", 7, [Presence("u1", 1, 0)]));

        view.Show("u1", Presence("u1", 1, 3), PresenceChangeReason.Requested, null).Should().BeNull();
        view.Show("u2", null, PresenceChangeReason.Requested, null).Should().BeNull();
        view.Snapshot.Version.Should().Be(0);
    }

    [Fact]
    public void Another_meta_is_an_update_and_another_connection_is_none()
    {
        var view = new LocalView("k", "l1", PresenceSnapshot.Create("k", "e", 7, [Presence("u1", 1, 0)]));
        var two = new Presence("k", "u1", DateTimeOffset.UnixEpoch, PresenceMeta.From(new { look = 1 }), [new PresenceConnection(1), new PresenceConnection(2)]);

        view.Show("u1", two, PresenceChangeReason.Requested, null)!.Kind.Should().Be(PresenceChangeKind.Connections);
        view.Show("u1", Presence("u1", 2, 0), PresenceChangeReason.Requested, null)!.Kind.Should().Be(PresenceChangeKind.Update);
    }

    private static Presence Presence(string id, int look, int joined) =>
        new("k", id, DateTimeOffset.UnixEpoch.AddSeconds(joined), PresenceMeta.From(new { look }), [new PresenceConnection(1)]);
}
