using Djust.Presence.Backends;
using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Djust.Presence.Tests.Tracking;

/// <summary>What happens as time passes: the sweeper, days, restarts, a million joins and leaves.</summary>
public sealed class PresenceManagerTestsTime : IDisposable
{
    private const string Key = "document:42";

    private readonly PresenceManagerTestsNode _node = new();

    public void Dispose() => _node.Dispose();

    [Fact]
    public async Task Whoever_was_joined_without_a_connection_ends_at_the_timeout_announced_once()
    {
        var recorder = await RecordAsync();
        await _node.RunAsync(TimeSpan.FromSeconds(7));
        await _node.Presence.JoinPresenceAsync(Key, "ada");
        await _node.RunAsync(TimeSpan.FromMilliseconds(59_990));
        (await _node.Presence.PresenceCountAsync(Key)).Should().Be(1);
        recorder.Changes.Should().ContainSingle();

        await _node.RunAsync(TimeSpan.FromMilliseconds(10));
        (await _node.Presence.PresenceCountAsync(Key)).Should().Be(0);
        recorder.Changes[^1].Should().Match<PresenceChange>(change => change.Kind == PresenceChangeKind.Leave && change.Reason == PresenceChangeReason.Expired);
        await _node.RunAsync(TimeSpan.FromMinutes(10));
        recorder.Changes.Should().HaveCount(2);
    }

    [Fact]
    public async Task A_reading_tells_the_truth_before_the_sweeper_has_come()
    {
        await _node.Presence.JoinPresenceAsync(Key, "ada");
        _node.Time.Advance(TimeSpan.FromSeconds(60));
        (await _node.Presence.ListPresencesAsync(Key)).Should().BeEmpty();
        (await _node.Presence.PresenceCountAsync(Key)).Should().Be(0);
        (await _node.Presence.UpdateHeartbeatAsync(Key, "ada")).Should().BeFalse();
    }

    [Fact]
    public async Task Whoever_is_heartbeated_stays_for_a_day_and_nobody_hears_of_it()
    {
        var recorder = await RecordAsync();
        await _node.Presence.JoinPresenceAsync(Key, "stays");
        for (var i = 0; i < 24 * 60 * 2; i++)
        {
            await _node.RunAsync(TimeSpan.FromSeconds(30));
            (await _node.Presence.UpdateHeartbeatAsync(Key, "stays")).Should().BeTrue();
        }

        recorder.Changes.Select(change => change.Kind).Should().Equal(PresenceChangeKind.Join);
    }

    [Fact]
    public async Task A_node_keeps_its_own_connections_for_a_day()
    {
        var recorder = await RecordAsync();
        await _node.RunAsync(TimeSpan.FromSeconds(1));
        await _node.Get<PresenceTracker>().TrackAsync(_node.Connect<Hosting.DocumentHub>("c1"), Key, "ada", PresenceMeta.Empty);
        await _node.RunAsync(TimeSpan.FromDays(1));
        (await _node.Presence.PresenceCountAsync(Key)).Should().Be(1);
        recorder.Changes.Should().ContainSingle();
    }

    [Fact]
    public async Task A_short_timeout_is_met_though_the_lease_is_renewed_rarely()
    {
        using var node = new PresenceManagerTestsNode(options =>
        {
            (options.HeartbeatInterval, options.PresenceTimeout) = (TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2));
            (options.NodeHeartbeatInterval, options.NodeTimeout) = (TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(2));
        });
        var recorder = await RecordAsync(node);
        await node.RunAsync(TimeSpan.FromMilliseconds(500));
        await node.Presence.JoinPresenceAsync(Key, "ada");
        await node.RunAsync(TimeSpan.FromSeconds(2));
        recorder.Changes.Select(change => change.Kind).Should().Equal(PresenceChangeKind.Join, PresenceChangeKind.Leave);
    }

    [Fact]
    public async Task A_node_that_starts_again_on_the_same_machine_has_a_new_id_and_inherits_nothing()
    {
        var ids = new HashSet<string>();
        var recorder = await RecordAsync();
        for (var life = 0; life < 20; life++)
        {
            // Never released: each life ends as a crash does.
            using var node = new PresenceManagerTestsNode(sharesStoreWith: _node);
            ids.Add(node.Id).Should().BeTrue();
            await node.RunAsync(TimeSpan.FromSeconds(16));
            (await node.Presence.ListPresencesAsync(Key)).Should().BeEmpty("nobody of a former life is listed");
            await node.Get<PresenceTracker>().TrackAsync(node.Connect<Hosting.DocumentHub>("c"), Key, "user" + life, PresenceMeta.Empty);
            (await node.Presence.ListPresencesAsync(Key)).Select(presence => presence.Id).Should().Equal("user" + life);
        }

        await _node.RunAsync(TimeSpan.FromSeconds(16));
        recorder.Changes.Select(change => (change.Presence.Id, change.Kind)).Should().Equal(
            Enumerable.Range(0, 20).SelectMany(life => new[] { ("user" + life, PresenceChangeKind.Join), ("user" + life, PresenceChangeKind.Leave) }));
        recorder.Changes.Where(change => change.Kind == PresenceChangeKind.Leave).Should().OnlyContain(change => change.Reason == PresenceChangeReason.NodeLost);
    }

    [Fact]
    public async Task After_a_million_joins_and_leaves_over_a_hundred_thousand_keys_the_process_holds_nothing_more_than_before()
    {
        var calls = new CallbackCounter();
        using var node = new PresenceManagerTestsNode(services: services => services.AddSingleton(calls));
        await node.RunAsync(TimeSpan.FromSeconds(1));
        await VisitAsync(node, 0);
        await SettleAsync(node);
        var timers = node.Time.TimerCount;

        await JoinAndLeaveAsync(node, keys: 100_000, rounds: 9);
        for (var visitor = 1; visitor <= 100_000; visitor++)
        {
            await VisitAsync(node, visitor);
            if (visitor % 250 == 0)
            {
                // Their grace is over.
                node.Time.Advance(TimeSpan.FromSeconds(3));
            }
        }

        await SettleAsync(node);
        node.Backend.GroupCount.Should().Be(0);
        node.Get<RoomRegistry>().Count.Should().Be(0);
        node.Get<GraceQueue>().Count.Should().Be(0);
        node.Get<CallbackDispatcher>().BusyCount.Should().Be(0);
        node.Get<RoomScheduler>().WaitingCount.Should().Be(0);
        node.Time.TimerCount.Should().Be(timers);
        (await node.Backend.RenewLeaseAsync(node.Id, TimeSpan.FromSeconds(15))).NextExpiry.Should().BeNull("no deadline is left");
        (calls.Joins, calls.Leaves).Should().Be((100_001, 100_001), "each user joined and left once");
    }

    /// <summary>Users of an application without connections, a thousand groups at a time.</summary>
    private static async Task JoinAndLeaveAsync(PresenceManagerTestsNode node, int keys, int rounds)
    {
        foreach (var window in Enumerable.Range(0, keys).Chunk(1_000))
        {
            for (var round = 0; round < rounds; round++)
            {
                foreach (var key in window)
                {
                    await node.Presence.JoinPresenceAsync("k" + key, "u" + round);
                }
            }

            for (var round = 0; round < rounds; round++)
            {
                foreach (var key in window)
                {
                    await node.Presence.LeavePresenceAsync("k" + key, "u" + round);
                }
            }
        }
    }

    /// <summary>A connection comes and goes; its user is held until the grace is over.</summary>
    private static async Task VisitAsync(PresenceManagerTestsNode node, int visitor)
    {
        var connection = node.Connect<VisitedHub>("c" + visitor);
        await node.Get<PresenceTracker>().TrackAsync(connection, "visited:" + visitor, "ada", PresenceMeta.Empty);
        await node.Get<PresenceTracker>().DisconnectAsync(connection, atOnce: false);
    }

    /// <summary>Lets graces and intervals end, and what the pool still runs finish.</summary>
    private static async Task SettleAsync(PresenceManagerTestsNode node)
    {
        await Eventually.TrueAsync(
            () =>
            {
                node.Time.Advance(TimeSpan.FromSeconds(3));
                return node.Get<GraceQueue>().Count + node.Get<RoomScheduler>().WaitingCount + node.Get<CallbackDispatcher>().BusyCount + node.Backend.GroupCount == 0;
            },
            "everything has ended");
        await node.Get<CallbackDispatcher>().WhenIdleAsync(CancellationToken.None);
    }

    private Task<PresenceManagerTestsNode.Recorder> RecordAsync() => RecordAsync(_node);

    private static async Task<PresenceManagerTestsNode.Recorder> RecordAsync(PresenceManagerTestsNode node)
    {
        var recorder = new PresenceManagerTestsNode.Recorder();
        await node.Get<IPresenceBackend>().SubscribeAsync(Key, recorder);
        return recorder;
    }

    public sealed class CallbackCounter
    {
        private int _joins;
        private int _leaves;

        public int Joins => Volatile.Read(ref _joins);

        public int Leaves => Volatile.Read(ref _leaves);

        public void Joined() => Interlocked.Increment(ref _joins);

        public void Left() => Interlocked.Increment(ref _leaves);
    }

    [PresenceKey("visited:{visitor}")]
    public sealed class VisitedHub(CallbackCounter calls) : PresenceHub
    {
        protected override Task OnPresenceJoinAsync(Presence presence)
        {
            calls.Joined();
            return Task.CompletedTask;
        }

        protected override Task OnPresenceLeaveAsync(Presence presence)
        {
            calls.Left();
            return Task.CompletedTask;
        }
    }
}
