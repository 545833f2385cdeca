using CsCheck;
using Djust.Presence.Tests.Model;
using FluentAssertions;
using Xunit;

namespace Djust.Presence.Tests.Tracking;

/// <summary>What a reader of a group gets, whether it keeps up or not.</summary>
public sealed class PresenceWatcherTests : IDisposable
{
    private readonly PresenceWatcher _watcher = new();

    public void Dispose() => _watcher.Dispose();

    [Fact]
    public async Task First_comes_a_join_for_each_user_who_is_there()
    {
        _watcher.OnSnapshot(PresenceSnapshot.Create("k", "e", 7, [User("ada"), User("grace")]));
        var changes = await NextAsync();
        changes.Select(change => (change.Kind, change.Presence.Id)).Should().Equal((PresenceChangeKind.Join, "ada"), (PresenceChangeKind.Join, "grace"));
        changes.Should().OnlyContain(change => change.Key == "k" && change.Epoch == "e" && change.Version == 7);
    }

    [Fact]
    public async Task Then_the_changes_come_as_they_were_made()
    {
        await StartAsync();
        PresenceChange[] made = [Change(1, PresenceChangeKind.Join, "ada"), Change(2, PresenceChangeKind.Update, "ada"), Change(3, PresenceChangeKind.Leave, "ada")];
        Array.ForEach(made, _watcher.OnChange);
        (await NextAsync()).Should().Equal(made);
    }

    [Fact]
    public async Task Further_connections_are_nothing_to_tell()
    {
        await StartAsync();
        _watcher.OnChange(Change(1, PresenceChangeKind.Join, "ada"));
        _watcher.OnChange(Change(2, PresenceChangeKind.Connections, "ada"));
        (await NextAsync()).Select(change => change.Kind).Should().Equal(PresenceChangeKind.Join);
    }

    [Fact]
    public async Task It_waits_until_something_happens()
    {
        await StartAsync();
        var next = NextAsync();
        next.IsCompleted.Should().BeFalse();
        _watcher.OnChange(Change(1, PresenceChangeKind.Join, "ada"));
        (await next).Should().ContainSingle();
    }

    [Fact]
    public async Task Waiting_can_be_given_up()
    {
        using var source = new CancellationTokenSource();
        await StartAsync();
        var next = _watcher.NextAsync(source.Token);
        await source.CancelAsync();
        await next.Awaiting(task => task).Should().ThrowAsync<OperationCanceledException>();
    }

    [Fact]
    public async Task As_many_as_1024_changes_are_kept_one_by_one()
    {
        await StartAsync();
        Flap(PresenceWatcher.MaxPending);
        (await NextAsync()).Should().HaveCount(PresenceWatcher.MaxPending);
    }

    [Fact]
    public async Task Whoever_falls_further_behind_gets_what_was_missed_net()
    {
        await StartAsync();
        Flap(PresenceWatcher.MaxPending);
        _watcher.OnChange(Change(PresenceWatcher.MaxPending + 1, PresenceChangeKind.Join, "grace"));
        (await NextAsync()).Select(change => (change.Kind, change.Presence.Id)).Should().Equal((PresenceChangeKind.Join, "grace"));
    }

    [Fact]
    public async Task Nobody_who_stays_is_missed_by_a_reader_that_falls_behind()
    {
        await StartAsync();
        for (var i = 1; i <= PresenceWatcher.MaxPending + 10; i++)
        {
            _watcher.OnChange(Change(i, PresenceChangeKind.Join, "user" + i));
        }

        (await NextAsync()).Select(change => change.Presence.Id).Should().BeEquivalentTo(Enumerable.Range(1, PresenceWatcher.MaxPending + 10).Select(i => "user" + i));
    }

    [Fact]
    public async Task After_falling_behind_and_catching_up_changes_come_one_by_one_again()
    {
        await StartAsync();
        Flap(PresenceWatcher.MaxPending * 3);
        (await NextAsync()).Should().BeEmpty("whoever flapped is where they were");
        Flap(4, PresenceWatcher.MaxPending * 3);
        (await NextAsync()).Should().HaveCount(4);
    }

    [Fact]
    public async Task After_an_interruption_only_the_real_differences_come()
    {
        _watcher.OnSnapshot(PresenceSnapshot.Create("k", "e", 3, [User("stays"), User("leaves"), User("changes")]));
        await NextAsync();
        _watcher.OnChange(Change(4, PresenceChangeKind.Join, "flaps"));
        _watcher.OnSnapshot(PresenceSnapshot.Create("k", "new", 9, [User("stays"), User("changes", "other"), User("joins")]));
        var changes = await NextAsync();
        changes.Select(change => (change.Kind, change.Presence.Id)).Should().Equal(
            (PresenceChangeKind.Leave, "leaves"), (PresenceChangeKind.Join, "joins"), (PresenceChangeKind.Update, "changes"));
        changes.Should().OnlyContain(change => change.Epoch == "new" && change.Version == 9);
    }

    [Fact]
    public Task For_each_user_the_changes_alternate_and_lead_to_the_truth_however_the_reader_lags() =>
        Gen.Select(RandomGroup.Steps, Gen.Int[1, 8], Gen.Int[0, 3]).SampleAsync(async (steps, batch, interruptions) =>
        {
            using var watcher = new PresenceWatcher();
            var group = new RandomGroup();
            var present = new Dictionary<string, string>();
            group.Run(steps.Take(5));
            watcher.OnSnapshot(group.Snapshot);
            Follow(await watcher.NextAsync(CancellationToken.None), present);
            foreach (var chunk in steps.Skip(5).Chunk(batch))
            {
                group.Run(chunk).ForEach(watcher.OnChange);
                if (chunk[0].User < interruptions)
                {
                    watcher.OnSnapshot(group.Snapshot);
                }

                Follow(await watcher.NextAsync(CancellationToken.None), present);
            }

            present.Should().BeEquivalentTo(group.Listed.ToDictionary(user => user.Id, user => user.Meta.ToString()));
        });

    private static void Follow(IEnumerable<PresenceChange> changes, Dictionary<string, string> present)
    {
        foreach (var change in changes)
        {
            var (id, meta) = (change.Presence.Id, change.Presence.Meta.ToString());
            switch (change.Kind)
            {
                case PresenceChangeKind.Join:
                    present.TryAdd(id, meta).Should().BeTrue($"{id} joins once");
                    break;
                case PresenceChangeKind.Leave:
                    present.Remove(id).Should().BeTrue($"{id} leaves after joining");
                    break;
                default:
                    present.Should().ContainKey(id, "whoever changes is there");
                    present[id] = meta;
                    break;
            }
        }
    }

    /// <summary>The watcher has seen an empty group, and its reader is up to date.</summary>
    private async Task StartAsync()
    {
        _watcher.OnSnapshot(PresenceSnapshot.Empty("k", "e"));
        await NextAsync();
    }

    private void Flap(int changes, int after = 0)
    {
        for (var i = 0; i < changes; i++)
        {
            _watcher.OnChange(Change(after + i + 1, i % 2 == 0 ? PresenceChangeKind.Join : PresenceChangeKind.Leave, "ada"));
        }
    }

    private Task<IReadOnlyList<PresenceChange>> NextAsync() => _watcher.NextAsync(CancellationToken.None);

    private static PresenceChange Change(long version, PresenceChangeKind kind, string id) =>
        new() { Key = "k", Epoch = "e", Version = version, Kind = kind, Presence = User(id, kind.ToString()) };

    private static Presence User(string id, string name = "") =>
        new("k", id, DateTimeOffset.UnixEpoch, PresenceMeta.From(new { name }), [new PresenceConnection(1)]);
}
