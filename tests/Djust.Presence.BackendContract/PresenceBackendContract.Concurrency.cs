using Djust.Presence.Backends;
using FluentAssertions;
using Xunit;

namespace Djust.Presence.BackendContract;

/// <content>Many at once: each change is made once.</content>
public abstract partial class PresenceBackendContract
{
    [Fact]
    public async Task A_hundred_connections_of_a_user_at_once_are_one_join_and_later_one_leave()
    {
        await A.JoinAsync(Key, "anchor", "c");
        var feed = await FollowAsync(B);
        var joins = await AtOnceAsync(100, i => (i % 2 == 0 ? A : B).JoinAsync(Key, "ada", "c" + i, Ada));
        joins.Select(commit => commit.Ref).Should().OnlyHaveUniqueItems();
        joins.Select(commit => commit.Version).Should().OnlyHaveUniqueItems();
        KindsOf(joins).Should().ContainSingle(kind => kind == PresenceChangeKind.Join).And.NotContain(PresenceChangeKind.Leave);
        await ShouldListAsync(Key, "anchor", "ada");

        var leaves = await AtOnceAsync(100, i => (i % 2 == 0 ? A : B).LeaveAsync(Key, "c" + i));
        leaves.Should().OnlyContain(commit => commit.Outcome == PresenceOutcome.Changed);
        KindsOf(leaves).Should().ContainSingle(kind => kind == PresenceChangeKind.Leave).And.NotContain(PresenceChangeKind.Join);
        await ShouldListAsync(Key, "anchor");
        await ShouldAgreeAsync(feed);
        feed.Changes.Should().HaveCount(200);
    }

    [Fact]
    public async Task Of_several_leaves_of_the_same_connection_one_makes_the_change()
    {
        for (var round = 0; round < 20; round++)
        {
            await A.JoinAsync(Key, "ada", "c1", Ada);
            var leaves = await AtOnceAsync(8, i => i % 2 == 0 ? A.LeaveAsync(Key, "c1") : B.LeaveUserAsync(Key, "ada"));
            leaves.Should().ContainSingle(commit => commit.Outcome == PresenceOutcome.Changed);
            KindsOf(leaves).Should().Equal(PresenceChangeKind.Leave);
        }
    }

    [Fact]
    public async Task Joins_beyond_the_limit_at_once_are_refused()
    {
        var joins = await AtOnceAsync(40, i => (i % 2 == 0 ? A : B).JoinAsync(Key, "ada", "c" + i, max: 10));
        joins.Count(commit => commit.Outcome == PresenceOutcome.Changed).Should().Be(10);
        joins.Count(commit => commit.Outcome == PresenceOutcome.TooManyConnections).Should().Be(30);
    }

    [Fact]
    public async Task A_reload_is_silent_whichever_of_the_old_end_and_the_new_beginning_comes_first()
    {
        await A.JoinAsync(Key, "ada", "c0", Ada);
        for (var round = 0; round < 50; round++)
        {
            var (old, next) = ("c" + round, "c" + (round + 1));
            var commits = await AtOnceAsync(2, i => i == 0 ? A.HoldAsync(Key, old) : A.JoinAsync(Key, "ada", next, Ada));
            KindsOf(commits).Should().AllBeEquivalentTo(PresenceChangeKind.Connections);
        }

        await ShouldShowAsync("ada", presence => presence.Connections.Should().ContainSingle());
    }

    [Fact]
    public async Task The_end_of_the_grace_and_a_new_connection_at_once_leave_the_user_there()
    {
        for (var round = 0; round < 50; round++)
        {
            await A.JoinAsync(Key, "ada", "old" + round, Ada);
            await A.HoldAsync(Key, "old" + round);
            var commits = await AtOnceAsync(2, i => i == 0
                ? A.LeaveAsync(Key, "old" + round, PresenceChangeReason.Disconnected)
                : B.JoinAsync(Key, "ada", "new" + round, Ada));

            // Either the connection was taken over and nothing happened, or the user left and joined anew.
            KindsOf(commits).Count.Should().BeOneOf(0, 2);
            await ShouldListAsync(Key, "ada");
            (await B.LeaveAsync(Key, "new" + round)).Change!.Kind.Should().Be(PresenceChangeKind.Leave);
        }
    }

    [Fact]
    public async Task A_list_during_a_thousand_updates_has_every_user_every_time()
    {
        var users = Enumerable.Range(0, 10).Select(i => "user" + i).ToArray();
        foreach (var user in users)
        {
            await A.JoinAsync(Key, user, user, new { i = -1 });
        }

        await ShouldListAsync(Key, users);
        var updating = Task.Run(async () =>
        {
            for (var i = 0; i < 1_000; i++)
            {
                await (i % 3 == 0 ? A.UpdateUserAsync(Key, users[i % 10], new { i }) : A.UpdateAsync(Key, users[i % 10], new { i }));
            }
        });
        do
        {
            foreach (var node in new[] { A, B })
            {
                (await node.ReadAsync(Key)).Presences.Select(presence => presence.Id).Should().BeEquivalentTo(users);
            }
        }
        while (!updating.IsCompleted);
        await updating;
        await ShouldShowAsync("user9", presence => presence["i"].Should().Be("999"));
    }

    [Fact]
    public async Task Readings_never_go_back()
    {
        await A.JoinAsync(Key, "anchor", "c");
        var changing = Task.Run(() => ChurnAsync(A, "ada"));
        var last = 0L;
        do
        {
            var version = (await A.ReadAsync(Key)).Version;
            version.Should().BeGreaterThanOrEqualTo(last);
            last = version;
        }
        while (!changing.IsCompleted);
        await changing;
    }

    private static IReadOnlyList<PresenceChangeKind> KindsOf(IEnumerable<PresenceCommit> commits) =>
        [.. commits.Select(commit => commit.Change).OfType<PresenceChange>().Select(change => change.Kind)];

    /// <summary>Starts all before any is awaited, on threads of their own.</summary>
    private static async Task<T[]> AtOnceAsync<T>(int count, Func<int, Task<T>> request)
    {
        var start = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var running = Enumerable.Range(0, count).Select(i => Task.Run(async () =>
        {
            await start.Task;
            return await request(i);
        })).ToArray();
        start.SetResult();
        return await Task.WhenAll(running);
    }
}
