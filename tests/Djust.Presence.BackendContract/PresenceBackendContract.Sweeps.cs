using FluentAssertions;
using Xunit;

namespace Djust.Presence.BackendContract;

/// <content>Sweeps: each end is announced once, by one node, whatever happens meanwhile.</content>
public abstract partial class PresenceBackendContract
{
    [Fact]
    public async Task A_dead_nodes_users_leave_once_and_nobody_elses_do()
    {
        await A.JoinAsync(Key, "grace", "c1", Grace);
        await StartAndLoseNodeAsync(async lost =>
        {
            await lost.JoinAsync(Key, "ada", "c2", Ada, hub: "DocumentHub");
            await lost.JoinAsync(Key + "x", "ada", "c2", Ada);
        });
        var feed = await FollowAsync(B);
        var changes = await A.SweepAsync(full: false);
        changes.Select(change => change.Key).Should().BeEquivalentTo(Key, Key + "x");
        changes.Should().OnlyContain(change => change.Kind == PresenceChangeKind.Leave && change.Reason == PresenceChangeReason.NodeLost && change.Presence.Id == "ada");
        changes.Single(change => change.Key == Key).Hub.Should().Be("DocumentHub");
        (await B.SweepAsync()).Should().BeEmpty();
        await ShouldListAsync(Key, "grace");
        await ShouldAgreeAsync(feed);
        feed.Changes.Select(change => change.Kind).Should().Equal(PresenceChangeKind.Leave);
    }

    [Fact]
    public async Task Several_nodes_that_sweep_at_once_announce_each_leave_once()
    {
        var users = Enumerable.Range(0, 50).Select(i => "user" + i).ToArray();
        await A.JoinAsync(Key, "anchor", "c");
        await StartAndLoseNodeAsync(async lost =>
        {
            foreach (var user in users)
            {
                await lost.JoinAsync(Key, user, user);
                await lost.JoinAsync(Key, user, user + "'");
            }
        });
        var swept = await AtOnceAsync(8, i => (i % 2 == 0 ? A : B).SweepAsync());
        swept.SelectMany(changes => changes).Where(change => change.Kind == PresenceChangeKind.Leave)
            .Select(change => change.Presence.Id).Should().BeEquivalentTo(users);
        await ShouldListAsync(Key, "anchor");
    }

    [Fact]
    public async Task Several_sweeps_at_once_announce_each_end_once()
    {
        var users = Enumerable.Range(0, 50).Select(i => "user" + i).ToArray();
        foreach (var user in users)
        {
            await A.JoinAloneAsync(Key, user, Store.Unit);
        }

        await Store.AdvanceAsync(Store.Unit * 2);
        var swept = await AtOnceAsync(8, i => (i % 2 == 0 ? A : B).SweepAsync(full: i % 4 < 2));
        swept.SelectMany(changes => changes).Select(change => change.Presence.Id).Should().BeEquivalentTo(users);
    }

    [Fact]
    public async Task A_sweep_that_goes_on_slowly_does_not_announce_what_another_has_swept_meanwhile()
    {
        string[] keys = [Key, Key + "x", Key + "y"];
        foreach (var key in keys)
        {
            await A.JoinAloneAsync(key, "ada", Store.Unit);
        }

        await Store.AdvanceAsync(Store.Unit * 2);
        var announced = new List<string>();
        await foreach (var change in A.Backend.SweepAsync(full: true))
        {
            announced.Add(change.Key);
            announced.AddRange((await B.SweepAsync()).Select(other => other.Key));
        }

        announced.Should().BeEquivalentTo(keys);
    }

    [Fact]
    public async Task A_sweep_that_goes_on_slowly_spares_whoever_has_come_back_meanwhile()
    {
        string[] keys = [Key, Key + "x", Key + "y"];
        foreach (var key in keys)
        {
            await A.JoinAloneAsync(key, "ada", Store.Unit);
        }

        await Store.AdvanceAsync(Store.Unit * 2);
        var kinds = keys.ToDictionary(key => key, _ => new List<PresenceChangeKind>());
        await foreach (var change in A.Backend.SweepAsync(full: true))
        {
            kinds[change.Key].Add(change.Kind);
            if (kinds.Values.Sum(seen => seen.Count) == 1)
            {
                foreach (var key in keys)
                {
                    if ((await B.JoinAloneAsync(key, "ada", Forever)).Change is { } join)
                    {
                        kinds[key].Add(join.Kind);
                    }
                }
            }
        }

        // A store may have swept ahead of what it announces; then the leave belongs to before the join.
        foreach (var key in keys)
        {
            kinds[key].Order().Should().BeSubsetOf([PresenceChangeKind.Join, PresenceChangeKind.Leave]);
            kinds[key].Count(kind => kind == PresenceChangeKind.Leave).Should().Be(kinds[key].Count(kind => kind == PresenceChangeKind.Join));
            await ShouldListAsync(key, "ada");
        }
    }

    [Fact]
    public async Task A_user_who_comes_back_while_the_node_that_held_them_has_died_never_left()
    {
        await A.JoinAsync(Key, "anchor", "c0");
        await StartAndLoseNodeAsync(async lost =>
        {
            await lost.JoinAsync(Key, "ada", "c1", Ada);
            await lost.HoldAsync(Key, "c1");
        });
        var back = await A.JoinAsync(Key, "ada", "c2", Ada);
        var swept = await B.SweepAsync();
        back.Change?.Kind.Should().Be(PresenceChangeKind.Connections);
        swept.Should().NotContain(change => change.Kind == PresenceChangeKind.Leave);
        await ShouldListAsync(Key, "anchor", "ada");
    }
}
