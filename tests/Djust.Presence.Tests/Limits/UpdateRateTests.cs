using Djust.Presence.Backends;
using Djust.Presence.Tests.Cursors;
using Djust.Presence.Tests.Hosting;
using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Djust.Presence.Tests.Limits;

/// <summary>Changes of meta that come faster than UpdatesPerSecond, on a clock that stands still.</summary>
public sealed class UpdateRateTests : IDisposable
{
    private readonly CursorTestsNode _node = new();

    private PresenceTracker Tracker => _node.Node.Get<PresenceTracker>();

    public void Dispose() => _node.Dispose();

    [Fact]
    public async Task Of_a_thousand_changes_at_once_ten_are_made_and_the_last_one_arrives()
    {
        var ada = await _node.ConnectAsync("ada");
        var before = await VersionAsync();
        for (var i = 1; i <= 1_000; i++)
        {
            await Tracker.UpdateAsync(ada.Connection, CursorTestsNode.Key, Meta(i));
        }

        (await VersionAsync()).Should().Be(before + 10);
        (await NameAsync("ada")).Should().Be("10");
        await _node.UntilAsync(() => Name("ada") == "1000", "the last one is made when it may be");
        (await VersionAsync()).Should().Be(before + 11, "only the newest waited");
    }

    [Fact]
    public async Task Ten_changes_a_second_are_all_made_at_once()
    {
        var ada = await _node.ConnectAsync("ada");
        for (var i = 1; i <= 50; i++)
        {
            await Tracker.UpdateAsync(ada.Connection, CursorTestsNode.Key, Meta(i));
            (await NameAsync("ada")).Should().Be(i.ToString(System.Globalization.CultureInfo.InvariantCulture));
            await _node.Node.RunAsync(TimeSpan.FromMilliseconds(100));
        }
    }

    [Fact]
    public async Task In_a_room_of_two_thousand_four_hundred_five_changes_are_made_at_once_and_the_newest_of_each_follows()
    {
        CursorTestsNode.Client[] people = [await _node.ConnectAsync("ada"), await _node.ConnectAsync("bob"), await _node.ConnectAsync("cyd")];
        Fill(people[0], 2_400);
        var before = await VersionAsync();
        for (var i = 1; i <= 9; i++)
        {
            foreach (var person in people)
            {
                await Tracker.UpdateAsync(person.Connection, CursorTestsNode.Key, Meta(i));
            }
        }

        (await VersionAsync()).Should().Be(before + 5, "a tenth of a second's worth, and what it takes to begin one");
        await _node.UntilAsync(() => Name("ada") == "9" && Name("bob") == "9" && Name("cyd") == "9", "the last ones are made when they may be");
        (await VersionAsync()).Should().Be(before + 8, "only the newest waited");
    }

    [Fact]
    public async Task Of_many_who_change_together_in_a_large_room_each_has_its_turn_at_the_rooms_rate()
    {
        var people = new CursorTestsNode.Client[40];
        for (var i = 0; i < people.Length; i++)
        {
            people[i] = await _node.ConnectAsync($"user {i}");
        }

        Fill(people[0], 2_400);
        var (before, started) = (await VersionAsync(), _node.Node.Time.GetUtcNow());
        foreach (var person in people)
        {
            await Tracker.UpdateAsync(person.Connection, CursorTestsNode.Key, Meta("new"));
        }

        await _node.UntilAsync(() => VersionAsync().GetAwaiter().GetResult() == before + 40, "35 wait for 24 ms each");
        (_node.Node.Time.GetUtcNow() - started).Should().BeLessThan(TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task However_many_wait_in_a_large_room_a_change_arrives_soon_after_the_longest_queue()
    {
        var (ada, bob) = (await _node.ConnectAsync("ada"), await _node.ConnectAsync("bob"));
        Fill(ada, 2_400);
        for (var i = 0; i < 5_000; i++)
        {
            _ = Tracker.TurnToChangeAsync(ada.Connection, CursorTestsNode.Key, default);
        }

        ada.Connection.Memberships[0].Room.ReserveUpdate().Should().BeNull("nobody is promised a turn that is so late");
        await Tracker.UpdateAsync(bob.Connection, CursorTestsNode.Key, Meta("new"));
        (await NameAsync("bob")).Should().Be("bob");
        await _node.Node.RunAsync(Room.LongestQueue * 2.2);
        (await NameAsync("bob")).Should().Be("new");
    }

    [Fact]
    public async Task Whoever_leaves_and_comes_back_again_and_again_in_a_large_room_waits_too()
    {
        var (ada, bob) = (await _node.ConnectAsync("ada"), await _node.ConnectAsync("bob"));
        Fill(ada, 2_400);
        await Tracker.UntrackAsync(bob.Connection, CursorTestsNode.Key);
        Enumerable.Range(0, 10).Count(_ => Tracker.TurnToChangeAsync(bob.Connection, CursorTestsNode.Key, default).IsCompleted).Should().Be(5);
    }

    [Fact]
    public async Task In_a_room_of_two_thousand_four_hundred_tracking_anew_waits_as_well_and_tracking_elsewhere_does_not()
    {
        var ada = await _node.ConnectAsync("ada");
        Fill(ada, 2_400);
        var turns = Enumerable.Range(0, 10).Select(_ => Tracker.TurnToChangeAsync(ada.Connection, CursorTestsNode.Key, default)).ToArray();
        turns.Count(turn => turn.IsCompleted).Should().Be(5);
        Tracker.TurnToChangeAsync(ada.Connection, "another", default).IsCompletedSuccessfully.Should().BeTrue("it is not in that group yet");
        await _node.UntilAsync(() => turns.All(turn => turn.IsCompletedSuccessfully), "each has its turn");
    }

    [Fact]
    public async Task Tracking_anew_overtakes_a_change_that_waits()
    {
        var ada = await _node.ConnectAsync("ada");
        await FloodAsync(ada);
        await Tracker.TrackAsync(ada.Connection, CursorTestsNode.Key, "ada", Meta("anew"));
        await _node.Node.RunAsync(TimeSpan.FromSeconds(2));
        (await NameAsync("ada")).Should().Be("anew");
    }

    [Fact]
    public async Task A_change_that_waits_brings_nobody_back_who_has_left()
    {
        var (ada, bob) = (await _node.ConnectAsync("ada"), await _node.ConnectAsync("bob"));
        await FloodAsync(ada);
        await FloodAsync(bob);
        await Tracker.UntrackAsync(ada.Connection, CursorTestsNode.Key);
        await bob.LeaveAsync();
        await _node.Node.RunAsync(TimeSpan.FromSeconds(2));
        (await _node.Node.Presence.ListPresencesAsync(CursorTestsNode.Key)).Should().BeEmpty();
    }

    [Fact]
    public async Task A_change_that_waits_is_no_sign_of_life_and_not_lost_for_whoever_comes_back()
    {
        var ada = await _node.ConnectAsync("ada");
        await FloodAsync(ada);
        await Tracker.LapseAsync(ada.Connection, ada.Connection.LastSeen);
        await _node.Node.RunAsync(TimeSpan.FromSeconds(2));
        (await _node.Node.Presence.ListPresencesAsync(CursorTestsNode.Key)).Should().BeEmpty();
        await Tracker.ReassertAsync(ada.Connection);
        (await NameAsync("ada")).Should().Be("flood 99");
    }

    [Fact]
    public async Task Who_was_removed_is_not_back_by_a_change_that_waited()
    {
        var ada = await _node.ConnectAsync("ada");
        await FloodAsync(ada);
        await _node.Node.Presence.LeavePresenceAsync(CursorTestsNode.Key, "ada");
        await _node.Node.RunAsync(TimeSpan.FromSeconds(2));
        (await _node.Node.Presence.ListPresencesAsync(CursorTestsNode.Key)).Should().BeEmpty();
    }

    [Fact]
    public async Task Who_was_removed_is_not_back_by_a_change_that_waited_though_the_lease_was_lost()
    {
        var ada = await _node.ConnectAsync("ada");
        await FloodAsync(ada);
        await _node.Node.Presence.LeavePresenceAsync(CursorTestsNode.Key, "ada");
        ada.Connection.NeedsReassert = true;
        await _node.Node.RunAsync(TimeSpan.FromSeconds(2));
        (await _node.Node.Presence.ListPresencesAsync(CursorTestsNode.Key)).Should().BeEmpty();
    }

    [Fact]
    public async Task A_change_that_waited_when_the_group_was_taken_away_changes_no_later_stay()
    {
        var ada = await _node.ConnectAsync("ada");
        await FloodAsync(ada);
        await Tracker.RevokeAsync(ada.Connection, CursorTestsNode.Key, "ada");
        await Tracker.TrackAsync(ada.Connection, CursorTestsNode.Key, "ada", Meta("allowed again"));
        await _node.Node.RunAsync(TimeSpan.FromSeconds(2));
        (await NameAsync("ada")).Should().Be("allowed again");
    }

    [Fact]
    public async Task A_change_that_the_store_did_not_take_in_its_turn_is_tried_again()
    {
        FaultyBackend? store = null;
        using var node = new CursorTestsNode(services: services => services.AddSingleton<IPresenceBackend>(provider => store = new FaultyBackend(provider.GetRequiredService<TimeProvider>())));
        var ada = await node.ConnectAsync("ada");
        var failures = 0;
        for (var i = 0; i < 11; i++)
        {
            await node.Node.Get<PresenceTracker>().UpdateAsync(ada.Connection, CursorTestsNode.Key, Meta(i));
        }

        store!.Before = request => request == "update" && failures++ < 2 ? Task.FromException(new TimeoutException()) : Task.CompletedTask;
        await node.UntilAsync(() => node.Node.Presence.ListPresencesAsync(CursorTestsNode.Key).AsTask().GetAwaiter().GetResult().Single()["name"] == "10", "the third try works");
        failures.Should().Be(3);
    }

    private static PresenceMeta Meta(object name) => PresenceMeta.From(new { name = Convert.ToString(name, System.Globalization.CultureInfo.InvariantCulture) });

    private async Task FloodAsync(CursorTestsNode.Client client)
    {
        for (var i = 0; i < 100; i++)
        {
            await Tracker.UpdateAsync(client.Connection, CursorTestsNode.Key, Meta("flood " + i));
        }
    }

    /// <summary>So many are in the room, most of whom are only told.</summary>
    private static void Fill(CursorTestsNode.Client client, int size)
    {
        var room = client.Connection.Memberships[0].Room;
        while (room.Size < size)
        {
            room.Add(client, owner: null);
        }
    }

    private async Task<long> VersionAsync() => (await _node.Node.Backend.GetSnapshotAsync(CursorTestsNode.Key)).Version;

    private async Task<string?> NameAsync(string userId) =>
        (await _node.Node.Presence.ListPresencesAsync(CursorTestsNode.Key)).Single(presence => presence.Id == userId)["name"];

    private string? Name(string userId) => NameAsync(userId).GetAwaiter().GetResult();
}
