using Djust.Presence.Backends;
using FluentAssertions;
using Xunit;

namespace Djust.Presence.BackendContract;

/// <content>Updates, and whose meta counts.</content>
public abstract partial class PresenceBackendContract
{
    [Fact]
    public async Task An_update_is_one_change_and_no_leave_and_join()
    {
        var join = await A.JoinAsync(Key, "ada", "c1", Ada, hub: "DocumentHub");
        var feed = await FollowAsync(B);
        var update = await A.UpdateAsync(Key, "c1", Grace);
        update.Outcome.Should().Be(PresenceOutcome.Changed);
        update.Ref.Should().Be(join.Ref);
        update.Change!.Kind.Should().Be(PresenceChangeKind.Update);
        update.Change.Hub.Should().Be("DocumentHub");
        update.Presence!["name"].Should().Be("Grace");
        await feed.SettleAsync(Key, A, B);
        feed.Changes.Select(change => change.Kind).Should().Equal(PresenceChangeKind.Update);
    }

    [Fact]
    public async Task An_update_with_the_same_meta_is_unchanged_and_silent()
    {
        var join = await A.JoinAsync(Key, "ada", "c1", Ada);
        var feed = await FollowAsync(B);
        foreach (var update in new[] { await A.UpdateAsync(Key, "c1", Ada), await B.UpdateUserAsync(Key, "ada", Ada) })
        {
            update.Outcome.Should().Be(PresenceOutcome.Unchanged);
            update.Change.Should().BeNull();
            update.Version.Should().Be(join.Version);
        }

        await feed.SettleAsync(Key, A, B);
        feed.Changes.Should().BeEmpty();
    }

    [Fact]
    public async Task The_newest_meta_is_the_users_and_older_connections_keep_their_own_beside_it()
    {
        var first = await A.JoinAsync(Key, "ada", "c1", Ada);
        var second = await B.JoinAsync(Key, "ada", "c2", Grace);
        second.Change!.Kind.Should().Be(PresenceChangeKind.Update);
        await ShouldShowAsync("ada", presence =>
        {
            presence["name"].Should().Be("Grace");
            presence.Connections.Should().Equal(new PresenceConnection(first.Ref, PresenceMeta.From(Ada)), new PresenceConnection(second.Ref));
        });
    }

    [Fact]
    public async Task Whichever_connection_wrote_last_has_the_newest_meta()
    {
        await A.JoinAsync(Key, "ada", "c1", Ada);
        await B.JoinAsync(Key, "ada", "c2", Grace);
        await A.UpdateAsync(Key, "c1", new { name = "Countess" });
        await ShouldShowAsync("ada", presence =>
        {
            presence["name"].Should().Be("Countess");
            presence.Connections.Select(connection => connection.Meta?["name"]).Should().Equal(null, "Grace");
        });
    }

    [Fact]
    public async Task Writing_the_meta_that_a_connection_has_already_makes_it_the_newest()
    {
        await A.JoinAsync(Key, "ada", "c1", Ada);
        await B.JoinAsync(Key, "ada", "c2", Grace);
        (await A.JoinAsync(Key, "ada", "c1", Ada)).Change!.Kind.Should().Be(PresenceChangeKind.Update);
        await ShouldShowAsync("ada", presence => presence["name"].Should().Be("Ada"));
        (await B.UpdateAsync(Key, "c2", Grace)).Change!.Kind.Should().Be(PresenceChangeKind.Update);
        await ShouldShowAsync("ada", presence => presence["name"].Should().Be("Grace"));
    }

    [Fact]
    public async Task A_connection_that_is_asserted_anew_does_not_undo_what_was_set_since()
    {
        await A.JoinAsync(Key, "ada", "c1", Ada);
        await B.UpdateUserAsync(Key, "ada", Grace);
        var feed = await FollowAsync(B);
        (await A.JoinAsync(Key, "ada", "c1", Ada, keepMeta: true)).Outcome.Should().Be(PresenceOutcome.Unchanged);
        await feed.SettleAsync(Key, A, B);
        feed.Changes.Should().BeEmpty();
        await ShouldShowAsync("ada", presence => presence["name"].Should().Be("Grace"));
    }

    [Fact]
    public async Task A_connection_that_is_asserted_anew_does_not_become_the_newest()
    {
        await A.JoinAsync(Key, "ada", "c1", Ada);
        await B.JoinAsync(Key, "ada", "c2", Grace);
        (await A.JoinAsync(Key, "ada", "c1", Ada, keepMeta: true)).Outcome.Should().Be(PresenceOutcome.Unchanged);
        await ShouldShowAsync("ada", presence => presence["name"].Should().Be("Grace"));
    }

    [Fact]
    public async Task A_connection_that_is_asserted_anew_after_a_sweep_brings_its_meta()
    {
        var join = await A.JoinAsync(Key, "ada", "c1", Ada, keepMeta: true);
        join.Change!.Kind.Should().Be(PresenceChangeKind.Join);
        join.Presence!["name"].Should().Be("Ada");
    }

    [Fact]
    public async Task When_the_connection_with_the_newest_meta_goes_the_next_newest_counts()
    {
        await A.JoinAsync(Key, "ada", "c1", Ada);
        await B.JoinAsync(Key, "ada", "c2", Grace);
        var leave = await B.LeaveAsync(Key, "c2");
        leave.Change!.Kind.Should().Be(PresenceChangeKind.Update);
        await ShouldShowAsync("ada", presence => presence["name"].Should().Be("Ada"));
    }

    [Fact]
    public async Task When_an_older_connections_own_meta_vanishes_observers_learn_of_it()
    {
        await A.JoinAsync(Key, "ada", "c1", Ada);
        await B.JoinAsync(Key, "ada", "c2", Grace);
        var feed = await FollowAsync(B);
        (await A.UpdateAsync(Key, "c1", Grace)).Outcome.Should().Be(PresenceOutcome.Changed);
        await ShouldShowAsync("ada", presence => presence.Connections.Should().OnlyContain(connection => connection.Meta == null));
        await ShouldAgreeAsync(feed);
    }

    [Fact]
    public async Task An_update_of_a_user_reaches_all_connections_with_one_change()
    {
        await A.JoinAsync(Key, "ada", "c1", Ada);
        await B.JoinAsync(Key, "ada", "c2", new { name = "Countess" });
        await A.JoinAloneAsync(Key, "ada", Forever, Ada);
        var feed = await FollowAsync(B);
        var update = await A.UpdateUserAsync(Key, "ada", Grace);
        update.Change!.Kind.Should().Be(PresenceChangeKind.Update);
        update.Presence!["name"].Should().Be("Grace");
        update.Presence.Connections.Should().HaveCount(3).And.OnlyContain(connection => connection.Meta == null);
        await feed.SettleAsync(Key, A, B);
        feed.Changes.Should().ContainSingle();
    }

    [Fact]
    public async Task An_update_of_who_is_not_there_finds_nobody_and_makes_nobody()
    {
        await A.JoinAsync(Key, "grace", "c2", Grace);
        foreach (var update in new[] { await A.UpdateAsync(Key, "c1", Ada), await A.UpdateUserAsync(Key, "ada", Ada), await A.UpdateUserAsync(Key + "x", "ada", Ada) })
        {
            update.Outcome.Should().Be(PresenceOutcome.NotFound);
            update.Change.Should().BeNull();
            update.Presence.Should().BeNull();
        }

        await ShouldListAsync(Key, "grace");
        await ShouldListAsync(Key + "x");
    }

    [Fact]
    public async Task An_update_under_another_nodes_id_changes_nothing()
    {
        await A.JoinAsync(Key, "ada", "c1", Ada);
        (await B.UpdateAsync(Key, "c1", Grace)).Outcome.Should().Be(PresenceOutcome.NotFound);
        await ShouldShowAsync("ada", presence => presence["name"].Should().Be("Ada"));
    }

    [Theory]
    [InlineData("""{"empty":[],"none":{},"nothing":null,"no":false}""")]
    [InlineData("""{"one":1.0,"big":12345678901234567890123,"small":1e-7,"negative":-0.0}""")]
    [InlineData("""{"__proto__":{"admin":true},"constructor":1,"":2,"a.b":3,"$":4}""")]
    [InlineData("""{"emoji":"👩‍👩‍👧","rtl":"שלום","nfc":"\u00e9","nfd":"e\u0301","quote":"\"","slash":"/\\","line":"\n\u0000"}""")]
    [InlineData("""{"b":1,"a":{"z":[1,[2,[3]],{"y":[]}]},"0":"order stays"}""")]
    public async Task A_meta_comes_back_byte_for_byte(string json)
    {
        var meta = PresenceMeta.From(System.Text.Json.JsonSerializer.Deserialize<System.Text.Json.JsonElement>(json));
        var feed = await FollowAsync(B);
        await A.JoinAsync(Key, "ada", "c1", meta);
        await ShouldShowAsync("ada", presence => presence.Meta.ToString().Should().Be(meta.ToString()));
        (await A.JoinAsync(Key, "ada", "c1", meta)).Outcome.Should().Be(PresenceOutcome.Unchanged);
        await ShouldAgreeAsync(feed);
    }
}
