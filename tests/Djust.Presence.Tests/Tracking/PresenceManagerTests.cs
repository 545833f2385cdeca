using System.Text;
using Djust.Presence.Backends;
using FluentAssertions;
using Xunit;

namespace Djust.Presence.Tests.Tracking;

/// <summary>The application-wide API over memory, as controllers and background jobs use it.</summary>
public sealed class PresenceManagerTests : IDisposable
{
    private const string Key = "document:42";

    private readonly PresenceManagerTestsNode _node = new();

    private IPresenceManager Presence => _node.Presence;

    public void Dispose() => _node.Dispose();

    [Fact]
    public async Task Who_was_joined_is_listed_and_counted()
    {
        var ada = await Presence.JoinPresenceAsync(Key, "ada", new { name = "Ada" });
        (ada.Id, ada.Key, ada["name"]).Should().Be(("ada", Key, "Ada"));
        await Presence.JoinPresenceAsync(Key, "grace");
        (await Presence.ListPresencesAsync(Key)).Select(presence => presence.Id).Should().Equal("ada", "grace");
        (await Presence.PresenceCountAsync(Key)).Should().Be(2);
        (await Presence.PresenceCountAsync("document:43")).Should().Be(0);
    }

    [Fact]
    public async Task Joining_again_changes_the_meta_and_is_no_second_join()
    {
        var recorder = await RecordAsync();
        await Presence.JoinPresenceAsync(Key, "ada", new { name = "Ada" });
        (await Presence.JoinPresenceAsync(Key, "ada", new { name = "Countess" }))["name"].Should().Be("Countess");
        recorder.Changes.Select(change => change.Kind).Should().Equal(PresenceChangeKind.Join, PresenceChangeKind.Update);
    }

    [Fact]
    public async Task An_update_gives_the_presence_after_it_or_null()
    {
        await Presence.JoinPresenceAsync(Key, "ada", new { name = "Ada" });
        (await Presence.UpdatePresenceAsync(Key, "ada", new { name = "Countess" }))!["name"].Should().Be("Countess");
        (await Presence.UpdatePresenceAsync(Key, "grace", new { name = "Grace" })).Should().BeNull();
        (await Presence.PresenceCountAsync(Key)).Should().Be(1);
    }

    [Fact]
    public async Task A_leave_gives_the_presence_as_it_was_last_and_then_null()
    {
        await Presence.JoinPresenceAsync(Key, "ada", new { name = "Ada" });
        (await Presence.LeavePresenceAsync(Key, "ada"))!["name"].Should().Be("Ada");
        (await Presence.LeavePresenceAsync(Key, "ada")).Should().BeNull();
        (await Presence.ListPresencesAsync(Key)).Should().BeEmpty();
    }

    [Fact]
    public async Task Of_concurrent_leaves_one_has_removed_the_user()
    {
        for (var round = 0; round < 50; round++)
        {
            await Presence.JoinPresenceAsync(Key, "ada");
            var leaves = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Presence.LeavePresenceAsync(Key, "ada"))));
            leaves.OfType<Presence>().Should().ContainSingle();
        }
    }

    [Fact]
    public async Task A_removed_user_leaves_with_all_connections_for_that_reason()
    {
        var recorder = await RecordAsync();
        await _node.Get<PresenceStore>().RenewLeaseAsync(CancellationToken.None);
        await _node.Get<PresenceTracker>().TrackAsync(_node.Connect<Hosting.DocumentHub>("c1"), Key, "ada", PresenceMeta.Empty);
        await Presence.JoinPresenceAsync(Key, "ada");
        (await Presence.LeavePresenceAsync(Key, "ada"))!.Connections.Should().HaveCount(2);
        recorder.Changes[^1].Reason.Should().Be(PresenceChangeReason.Removed);
        (await Presence.PresenceCountAsync(Key)).Should().Be(0);
    }

    [Fact]
    public async Task The_list_of_an_unchanged_group_is_one_instance_that_nobody_can_change()
    {
        await Presence.JoinPresenceAsync(Key, "ada");
        var list = await Presence.ListPresencesAsync(Key);
        (await Presence.ListPresencesAsync(Key)).Should().BeSameAs(list);
        var add = () => ((ICollection<Presence>)list).Add(list[0]);
        add.Should().Throw<NotSupportedException>();
        await Presence.JoinPresenceAsync(Key, "grace");
        list.Should().ContainSingle();
    }

    [Fact]
    public async Task A_dictionary_that_was_passed_in_may_change_afterwards()
    {
        var meta = new Dictionary<string, object> { ["name"] = "Ada" };
        await Presence.JoinPresenceAsync(Key, "ada", meta);
        meta["name"] = "Mallory";
        (await Presence.ListPresencesAsync(Key))[0]["name"].Should().Be("Ada");
    }

    [Fact]
    public async Task A_heartbeat_of_one_who_is_not_there_is_false_and_makes_no_ghost()
    {
        (await Presence.UpdateHeartbeatAsync(Key, "ada")).Should().BeFalse();
        await Presence.JoinPresenceAsync(Key, "ada");
        (await Presence.UpdateHeartbeatAsync(Key, "ada")).Should().BeTrue();
        await Presence.LeavePresenceAsync(Key, "ada");
        (await Presence.UpdateHeartbeatAsync(Key, "ada")).Should().BeFalse();
        (await Presence.PresenceCountAsync(Key)).Should().Be(0);
        (await Presence.ListPresencesAsync(Key)).Should().BeEmpty();
    }

    [Fact]
    public async Task A_broadcast_reaches_observers_with_camel_case_JSON_of_what_it_is_at_run_time()
    {
        var recorder = await RecordAsync();
        object payload = new { Message = "hello", inner = new { Value = 1.5 } };
        await Presence.BroadcastAsync(Key, "flash", payload);
        await Presence.BroadcastAsync(Key, "empty");
        recorder.Messages.Select(message => (message.Event, Encoding.UTF8.GetString(message.Payload.Span))).Should().Equal(
            ("flash", """{"message":"hello","inner":{"value":1.5}}"""), ("empty", "null"));
    }

    [Fact]
    public async Task Watching_begins_with_a_join_for_each_user_who_is_there_and_then_follows()
    {
        await Presence.JoinPresenceAsync(Key, "ada");
        await Presence.JoinPresenceAsync(Key, "grace");
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var seen = new List<(PresenceChangeKind, string)>();
        await foreach (var change in Presence.WatchAsync(Key, deadline.Token))
        {
            seen.Add((change.Kind, change.Presence.Id));
            if (seen.Count == 2)
            {
                await Presence.UpdatePresenceAsync(Key, "ada", new { name = "Ada" });
                await Presence.LeavePresenceAsync(Key, "grace");
            }

            if (seen.Count == 4)
            {
                break;
            }
        }

        seen.Should().Equal(
            (PresenceChangeKind.Join, "ada"), (PresenceChangeKind.Join, "grace"), (PresenceChangeKind.Update, "ada"), (PresenceChangeKind.Leave, "grace"));
    }

    [Fact]
    public async Task Whoever_stops_watching_leaves_nothing_behind()
    {
        using var source = new CancellationTokenSource();
        await using (var watching = Presence.WatchAsync(Key, source.Token).GetAsyncEnumerator(source.Token))
        {
            var next = watching.MoveNextAsync().AsTask();
            _node.Backend.GroupCount.Should().Be(1);
            await source.CancelAsync();
            await next.Awaiting(task => task).Should().ThrowAsync<OperationCanceledException>();
        }

        _node.Backend.GroupCount.Should().Be(0);
    }

    [Fact]
    public void The_SignalR_group_of_a_key_is_its_own()
    {
        Presence.PresenceGroupName("a:b").Should().NotBe(Presence.PresenceGroupName("a"));
        Presence.PresenceGroupName(Key).Should().NotBe(Key, "it must not run into the application's own groups");
    }

    [Fact]
    public async Task A_user_may_have_as_many_connections_as_the_options_say()
    {
        using var node = new PresenceManagerTestsNode(options => options.MaxConnectionsPerUser = 1);
        await node.Get<PresenceStore>().RenewLeaseAsync(CancellationToken.None);
        await node.Get<PresenceTracker>().TrackAsync(node.Connect<Hosting.DocumentHub>("c1"), Key, "ada", PresenceMeta.Empty);
        await node.Presence.Awaiting(presence => presence.JoinPresenceAsync(Key, "ada")).Should().ThrowAsync<InvalidOperationException>()
            .WithMessage("This user has 1 connections in the group; no more are allowed (MaxConnectionsPerUser).*");
    }

    [Fact]
    public async Task The_count_is_that_of_users_and_not_of_their_connections()
    {
        using var node = new PresenceManagerTestsNode();
        await node.Get<PresenceStore>().RenewLeaseAsync(CancellationToken.None);
        await node.Get<PresenceTracker>().TrackAsync(node.Connect<Hosting.DocumentHub>("c1"), Key, "ada", PresenceMeta.Empty);
        await node.Get<PresenceTracker>().TrackAsync(node.Connect<Hosting.DocumentHub>("c2"), Key, "ada", PresenceMeta.Empty);

        (await node.Presence.ListPresencesAsync(Key)).Single().Connections.Should().HaveCount(2);
        (await node.Presence.PresenceCountAsync(Key)).Should().Be(1);
    }

    [Fact]
    public async Task Ten_thousand_connections_of_one_user_are_256_and_the_rest_leave_nothing_behind()
    {
        using var node = new PresenceManagerTestsNode();
        await node.Get<PresenceStore>().RenewLeaseAsync(CancellationToken.None);
        var tracker = node.Get<PresenceTracker>();
        var connections = Enumerable.Range(1, 10_000).Select(i => node.Connect<Hosting.DocumentHub>($"c{i}")).ToList();
        var refusals = new List<(LocalConnection Connection, string Message)>();
        foreach (var connection in connections)
        {
            try
            {
                await tracker.TrackAsync(connection, Key, "ada", PresenceMeta.Empty);
            }
            catch (PresenceRefusedException e)
            {
                refusals.Add((connection, e.Message));
            }
        }

        refusals.Select(refusal => refusal.Connection).Should().Equal(connections.Skip(256));
        refusals.Select(refusal => refusal.Message).Distinct().Should().ContainSingle().Which.Should().StartWith("This user has 256 connections in the group; no more are allowed (MaxConnectionsPerUser).");
        (await node.Presence.ListPresencesAsync(Key)).Should().ContainSingle().Which.Connections.Select(connection => connection.Ref).Should().Equal(Enumerable.Range(1, 256));
        connections.Skip(256).Should().OnlyContain(connection => connection.Memberships.Length == 0);
    }

    [Fact]
    public async Task A_node_that_stops_refuses_joins_and_lets_users_leave()
    {
        await Presence.JoinPresenceAsync(Key, "ada");
        _node.Get<PresenceNode>().Drain();
        await Presence.Awaiting(presence => presence.JoinPresenceAsync(Key, "grace")).Should().ThrowAsync<InvalidOperationException>()
            .WithMessage("This server is stopping and takes no new presences*");
        (await Presence.LeavePresenceAsync(Key, "ada")).Should().NotBeNull();
        (await Presence.PresenceCountAsync(Key)).Should().Be(0);
    }

    [Fact]
    public async Task A_node_refuses_joins_from_the_moment_the_host_begins_to_stop()
    {
        _ = _node.Get<PresenceSweeper>();
        _node.Get<Microsoft.Extensions.Hosting.IHostApplicationLifetime>().StopApplication();
        await Presence.Awaiting(presence => presence.JoinPresenceAsync(Key, "ada")).Should().ThrowAsync<InvalidOperationException>();
    }

    private async Task<PresenceManagerTestsNode.Recorder> RecordAsync()
    {
        var recorder = new PresenceManagerTestsNode.Recorder();
        await _node.Get<IPresenceBackend>().SubscribeAsync(Key, recorder);
        return recorder;
    }
}
