using Djust.Presence.Backends;
using FluentAssertions;
using Xunit;

namespace Djust.Presence.BackendContract;

/// <content>Joins, refs, versions, the order of lists, limits.</content>
public abstract partial class PresenceBackendContract
{
    [Fact]
    public async Task The_first_connection_of_a_user_is_a_join()
    {
        var commit = await A.JoinAsync(Key, "ada", "c1", Ada, hub: "DocumentHub");
        commit.Outcome.Should().Be(PresenceOutcome.Changed);
        commit.Ref.Should().BePositive();
        commit.Held.Should().BeFalse();
        commit.Change!.Kind.Should().Be(PresenceChangeKind.Join);
        commit.Change.Reason.Should().Be(PresenceChangeReason.Requested);
        commit.Change.Key.Should().Be(Key);
        commit.Change.Hub.Should().Be("DocumentHub");
        Describe(commit.Change.Presence).Should().Be(Describe(commit.Presence!));
        commit.Presence!.Id.Should().Be("ada");
        commit.Presence.Key.Should().Be(Key);
        commit.Presence["name"].Should().Be("Ada");
        commit.Presence.Connections.Should().Equal(new PresenceConnection(commit.Ref));
        await ShouldListAsync(Key, "ada");
    }

    [Fact]
    public async Task Joined_at_is_UTC_and_has_whole_milliseconds()
    {
        var joinedAt = (await A.JoinAsync(Key, "ada", "c1")).Presence!.JoinedAt;
        joinedAt.Offset.Should().Be(TimeSpan.Zero);
        (joinedAt.UtcTicks % TimeSpan.TicksPerMillisecond).Should().Be(0);
        await ShouldShowAsync("ada", presence => presence.JoinedAt.Should().Be(joinedAt));
    }

    [Fact]
    public async Task A_second_tab_is_a_change_of_connections_and_no_join()
    {
        var first = await A.JoinAsync(Key, "ada", "c1", Ada);
        var second = await B.JoinAsync(Key, "ada", "c2", Ada);
        second.Outcome.Should().Be(PresenceOutcome.Changed);
        second.Change!.Kind.Should().Be(PresenceChangeKind.Connections);
        second.Presence!.Connections.Should().Equal(new PresenceConnection(first.Ref), new PresenceConnection(second.Ref));
        await ShouldListAsync(Key, "ada");
    }

    [Fact]
    public async Task Joined_at_stays_that_of_the_first_connection()
    {
        var first = await A.JoinAsync(Key, "ada", "c1", Ada);
        await Store.AdvanceAsync(Store.Unit);
        var second = await B.JoinAsync(Key, "ada", "c2", Grace);
        var third = await A.LeaveAsync(Key, "c1");
        second.Presence!.JoinedAt.Should().Be(first.Presence!.JoinedAt);
        third.Presence!.JoinedAt.Should().Be(first.Presence!.JoinedAt);
    }

    [Fact]
    public async Task Joining_again_with_the_same_meta_is_unchanged_and_silent()
    {
        var first = await A.JoinAsync(Key, "ada", "c1", Ada);
        var feed = await FollowAsync(B);
        var again = await A.JoinAsync(Key, "ada", "c1", Ada);
        again.Outcome.Should().Be(PresenceOutcome.Unchanged);
        again.Change.Should().BeNull();
        (again.Ref, again.Epoch, again.Version).Should().Be((first.Ref, first.Epoch, first.Version));
        Describe(again.Presence!).Should().Be(Describe(first.Presence!));
        await feed.SettleAsync(Key, A, B);
        feed.Changes.Should().BeEmpty();
    }

    [Fact]
    public async Task Joining_again_with_another_meta_is_an_update_of_the_same_entry()
    {
        var first = await A.JoinAsync(Key, "ada", "c1", Ada);
        var again = await A.JoinAsync(Key, "ada", "c1", Grace);
        again.Change!.Kind.Should().Be(PresenceChangeKind.Update);
        again.Ref.Should().Be(first.Ref);
        await ShouldShowAsync("ada", presence => presence.Connections.Should().Equal(new PresenceConnection(first.Ref)));
    }

    [Fact]
    public async Task Refs_are_unique_in_the_group_and_never_reused()
    {
        var refs = new List<int> { (await A.JoinAsync(Key, "anchor", "c0")).Ref };
        for (var round = 0; round < 5; round++)
        {
            refs.Add((await A.JoinAsync(Key, "ada", "c1")).Ref);
            refs.Add((await B.JoinAsync(Key, "ada", "c1")).Ref);
            refs.Add((await B.JoinAsync(Key, "grace", "c2")).Ref);
            await A.LeaveAsync(Key, "c1");
            await B.LeaveUserAsync(Key, "grace");
            await B.LeaveAsync(Key, "c1");
        }

        refs.Should().OnlyHaveUniqueItems().And.OnlyContain(@ref => @ref > 0);
    }

    [Fact]
    public async Task Versions_have_no_holes_and_each_commit_names_its_own()
    {
        var feed = await FollowAsync(B);
        PresenceCommit[] commits =
        [
            await A.JoinAsync(Key, "ada", "c1", Ada),
            await B.JoinAsync(Key, "ada", "c2", Ada),
            await A.UpdateUserAsync(Key, "ada", Grace),
            await B.JoinAsync(Key, "grace", "c3"),
            await A.LeaveAsync(Key, "c1"),
            await B.LeaveUserAsync(Key, "ada"),
        ];
        commits.Should().OnlyContain(commit => commit.Version == commit.Change!.Version && commit.Epoch == commit.Change.Epoch);
        commits.Select(commit => commit.Epoch).Distinct().Should().ContainSingle().Which.Should().NotBeEmpty();
        commits.Select(commit => commit.Version).Should().Equal(Enumerable.Range(0, 6).Select(i => commits[0].Version + i));
        await ShouldAgreeAsync(feed);
    }

    [Fact]
    public async Task A_snapshot_of_a_commits_version_shows_what_it_did()
    {
        for (var i = 0; i < 20; i++)
        {
            var commit = await A.JoinAsync(Key, "user" + i, "c" + i);
            await Eventually.PassesAsync(async () =>
            {
                var seen = await B.ReadAsync(Key);
                seen.Version.Should().Be(commit.Version);
                seen.Epoch.Should().Be(commit.Epoch);
                seen.Presences.Should().Contain(presence => presence.Id == "user" + i);
            });
        }
    }

    [Fact]
    public async Task The_list_is_ordered_by_when_users_joined_then_by_ordinal_id()
    {
        await A.JoinAsync(Key, "zoe", "c0");
        await Store.AdvanceAsync(Store.Unit);
        foreach (var user in new[] { "b", "a", "B", "ä", "_", "10", "9" })
        {
            await A.JoinAsync(Key, user, "c" + user);
        }

        await B.UpdateUserAsync(Key, "a", Ada);
        await ShouldListAsync(Key, "zoe", "b", "a", "B", "ä", "_", "10", "9");
        var list = (await B.ReadAsync(Key)).Presences;
        list[0].Id.Should().Be("zoe");
        list.Should().Equal(list.OrderBy(presence => presence.JoinedAt).ThenBy(presence => presence.Id, StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_connection_beyond_the_limit_is_refused_and_changes_nothing()
    {
        await A.JoinAsync(Key, "ada", "c1", Ada, max: 2);
        var second = await B.JoinAsync(Key, "ada", "c2", Ada, max: 2);
        var third = await A.JoinAsync(Key, "ada", "c3", Grace, max: 2);
        third.Outcome.Should().Be(PresenceOutcome.TooManyConnections);
        third.Change.Should().BeNull();
        await ShouldShowAsync("ada", presence => Describe(presence).Should().Be(Describe(second.Presence!)));
    }

    [Fact]
    public async Task The_limit_is_each_users_own_in_each_group()
    {
        await A.JoinAsync(Key, "ada", "c1", max: 1);
        (await A.JoinAsync(Key, "grace", "c2", max: 1)).Outcome.Should().Be(PresenceOutcome.Changed);
        (await A.JoinAsync(Key + "x", "ada", "c3", max: 1)).Outcome.Should().Be(PresenceOutcome.Changed);
    }

    [Fact]
    public async Task A_connection_at_the_limit_may_still_change_its_meta_and_be_taken_over()
    {
        await A.JoinAsync(Key, "ada", "c1", Ada, max: 1);
        (await A.JoinAsync(Key, "ada", "c1", Grace, max: 1)).Outcome.Should().Be(PresenceOutcome.Changed);
        await A.HoldAsync(Key, "c1");
        (await B.JoinAsync(Key, "ada", "c2", Grace, max: 1)).Outcome.Should().Be(PresenceOutcome.Unchanged);
    }

    [Fact]
    public async Task A_dead_nodes_connections_do_not_count_against_the_limit()
    {
        // Everybody reconnects elsewhere before anybody has swept: nobody may be refused for the connections that died.
        await StartAndLoseNodeAsync(lost => lost.JoinAsync(Key, "ada", "c1", max: 1));
        (await A.JoinAsync(Key, "ada", "c2", max: 1)).Outcome.Should().Be(PresenceOutcome.Changed);
    }
}
