using System.Text.Json;
using Djust.Presence.EndToEnd.Tests.Cluster.Hosting;
using FluentAssertions;
using Xunit;

namespace Djust.Presence.EndToEnd.Tests.Cluster.Protocol;

/// <summary>A check that finds nothing shows nothing unless it would have found something.</summary>
public sealed class PresenceViewTests
{
    private readonly PresenceView _view = new();

    [Fact]
    public void Whoever_is_in_the_first_state_did_not_just_join()
    {
        _view.Apply(State("e", 3, User("a")));

        _view.Events.Should().BeEmpty();
        _view.Users.Keys.Should().Equal("a");
    }

    [Fact]
    public void A_later_state_tells_the_real_differences_only()
    {
        _view.Apply(State("e", 3, User("a"), User("b"), User("c")));
        _view.Interrupt();
        _view.Apply(State("f", 1, User("b"), User("c", "Cleo"), User("d")));

        _view.Events.Select(happened => (happened.Kind, happened.UserId, happened.IsCatchingUp))
            .Should().Equal((EventKind.Leave, "a", true), (EventKind.Join, "d", true), (EventKind.Update, "c", true));
        (_view.EpochChanges, _view.Violations.Count).Should().Be((1, 0));
    }

    [Fact]
    public void A_diff_is_applied_dropped_or_a_gap()
    {
        _view.Apply(Diff("e", 0, 1)).Should().Be(DiffOutcome.Gap, "there is no state yet");
        _view.Apply(State("e", 3, User("a")));

        _view.Apply(Diff("e", 2, 3, count: 1)).Should().Be(DiffOutcome.Stale);
        _view.Apply(Diff("e", 4, 5)).Should().Be(DiffOutcome.Gap);
        _view.Apply(Diff("f", 3, 4)).Should().Be(DiffOutcome.Gap);
        _view.Apply(Diff("e", 3, 4, count: 1, leaves: ["a"], joins: [User("b")])).Should().Be(DiffOutcome.Applied);
        _view.Events.Select(happened => (happened.Kind, happened.UserId)).Should().Equal((EventKind.Leave, "a"), (EventKind.Join, "b"));
        _view.Violations.Should().BeEmpty();
    }

    [Fact]
    public void What_a_server_must_not_say_is_noted()
    {
        _view.Apply(State("e", 1, User("a")));

        _view.Apply(Diff("e", 1, 2, count: 1, leaves: ["b"]));
        _view.Apply(Diff("e", 2, 3, count: 1, joins: [User("a")]));
        _view.Apply(Diff("e", 3, 4, count: 1, updates: [User("b")]));
        _view.Apply(Diff("e", 4, 5, count: 2));
        _view.Apply(State("e", 6, User("a"), User("a")));

        _view.Violations.Select(violation => violation.What).Should().SatisfyRespectively(
            leave => leave.Should().Contain("b leaves"),
            join => join.Should().Contain("a joins"),
            update => update.Should().Contain("b is updated"),
            count => count.Should().Contain("count is 2"),
            twice => twice.Should().Contain("a is twice"),
            connection => connection.Should().Contain("connection 97 is twice"));
    }

    [Fact]
    public void Events_that_do_not_alternate_are_found()
    {
        UserEvent Event(EventKind kind, string user) => new(kind, user, user, 0, IsCatchingUp: false);

        EventStream.Disorder([Event(EventKind.Leave, "a"), Event(EventKind.Join, "a"), Event(EventKind.Update, "a"), Event(EventKind.Leave, "a")]).Should().BeEmpty();
        EventStream.Disorder([Event(EventKind.Join, "a"), Event(EventKind.Join, "a")]).Should().ContainSingle();
        EventStream.Disorder([Event(EventKind.Update, "a"), Event(EventKind.Join, "a")]).Should().ContainSingle();
        EventStream.Disorder([Event(EventKind.Leave, "a"), Event(EventKind.Leave, "a")]).Should().ContainSingle();
        EventStream.Disorder([Event(EventKind.Leave, "a"), Event(EventKind.Update, "a")]).Should().ContainSingle();
    }

    private static PresenceItem User(string id, string? name = null) =>
        new(id, DateTimeOffset.UnixEpoch, JsonSerializer.SerializeToElement(new { name = name ?? id }), [new ConnectionItem(id[0])]);

    private static StateMessage State(string epoch, long version, params PresenceItem[] users) => new("key", epoch, version, users.Length, null, users);

    private static DiffMessage Diff(
        string epoch, long from, long version, int count = 0, string[]? leaves = null, PresenceItem[]? joins = null, PresenceItem[]? updates = null) =>
        new("key", epoch, from, version, count, [.. (leaves ?? []).Select(id => new LeaveItem(id))], joins ?? [], updates ?? []);
}
