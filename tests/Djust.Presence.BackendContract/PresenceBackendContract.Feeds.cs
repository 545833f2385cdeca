using System.Text;
using Djust.Presence.Backends;
using FluentAssertions;
using Xunit;

namespace Djust.Presence.BackendContract;

/// <content>The change feed: a snapshot, then what follows it, on every node.</content>
public abstract partial class PresenceBackendContract
{
    [Fact]
    public async Task A_subscription_begins_with_a_snapshot_that_is_there_when_it_completes()
    {
        var join = await A.JoinAsync(Key, "ada", "c1", Ada);
        foreach (var node in new[] { A, B })
        {
            var feed = await FollowAsync(node);
            feed.Log.Should().StartWith("snapshot");
            feed.State!.Key.Should().Be(Key);
            Describe(feed.State).Should().Equal(Describe(join.Presence!));
            (feed.State.Epoch, feed.State.Version).Should().Be((join.Epoch, join.Version));
        }
    }

    [Fact]
    public async Task A_subscription_to_an_empty_group_begins_with_an_empty_snapshot_and_sees_the_first_join()
    {
        var feed = await FollowAsync(A);
        feed.State!.Count.Should().Be(0);
        await B.JoinAsync(Key, "ada", "c1", Ada);
        await ShouldAgreeAsync(feed);
        feed.State!.Presences.Select(presence => presence.Id).Should().Equal("ada");
    }

    [Fact]
    public async Task Observers_on_both_nodes_see_the_changes_of_both_nodes()
    {
        await A.JoinAsync(Key, "anchor", "c0");
        var atA = await FollowAsync(A);
        var atB = await FollowAsync(B);
        await A.JoinAsync(Key, "ada", "c1", Ada, hub: "DocumentHub");
        await B.JoinAsync(Key, "grace", "c2", Grace);
        await A.UpdateAsync(Key, "c1", Grace);
        await B.LeaveAsync(Key, "c2", PresenceChangeReason.Disconnected);
        foreach (var feed in new[] { atA, atB })
        {
            await feed.SettleAsync(Key, A, B);
            feed.Changes.Select(change => (change.Kind, change.Presence.Id, change.Reason)).Should().Equal(
                (PresenceChangeKind.Join, "ada", PresenceChangeReason.Requested),
                (PresenceChangeKind.Join, "grace", PresenceChangeReason.Requested),
                (PresenceChangeKind.Update, "ada", PresenceChangeReason.Requested),
                (PresenceChangeKind.Leave, "grace", PresenceChangeReason.Disconnected));
            feed.Changes[0].Hub.Should().Be("DocumentHub");
        }

        await ShouldAgreeAsync(atA);
        await ShouldAgreeAsync(atB);
    }

    [Fact]
    public async Task The_feed_says_the_same_as_the_commit()
    {
        await A.JoinAsync(Key, "anchor", "c0");
        var feed = await FollowAsync(B);
        PresenceCommit[] commits =
        [
            await A.JoinAsync(Key, "ada", "c1", Ada),
            await A.JoinAsync(Key, "ada", "c2", Grace),
            await A.HoldAsync(Key, "c1"),
            await A.LeaveAsync(Key, "c2"),
        ];
        await feed.SettleAsync(Key, A, B);
        feed.Changes.Select(change => (change.Kind, change.Version, change.Epoch, Describe(change.Presence)))
            .Should().Equal(commits.Select(commit => (commit.Change!.Kind, commit.Version, commit.Epoch, Describe(commit.Change.Presence))));
    }

    [Fact]
    public async Task A_subscription_in_the_middle_of_changes_has_no_hole()
    {
        var changing = Task.WhenAll(
            Task.Run(() => ChurnAsync(A, "ada")),
            Task.Run(() => ChurnAsync(B, "grace")));
        var feeds = new List<FeedRecorder>();
        while (feeds.Count < 20 || !changing.IsCompleted)
        {
            feeds.Add(await FollowAsync(feeds.Count % 2 == 0 ? A : B));
            await Task.Yield();
            if (feeds.Count >= 40)
            {
                await changing;
            }
        }

        await changing;
        foreach (var feed in feeds)
        {
            await ShouldAgreeAsync(feed);
        }
    }

    [Fact]
    public async Task Nothing_comes_after_disposal_and_other_observers_stay()
    {
        var gone = new FeedRecorder();
        var subscription = await A.Backend.SubscribeAsync(Key, gone);
        var stays = await FollowAsync(A);
        await A.JoinAsync(Key, "ada", "c1", Ada);
        await gone.SettleAsync(Key, A);
        await subscription.DisposeAsync();
        var seen = gone.Log.Count;
        await A.UpdateAsync(Key, "c1", Grace);
        await B.Backend.PublishAsync(Key, new PresenceMessage("late", "1"u8.ToArray()));
        await ShouldAgreeAsync(stays);
        gone.Log.Should().HaveCount(seen);
    }

    [Fact]
    public async Task Disposing_twice_does_no_harm()
    {
        var subscription = await A.Backend.SubscribeAsync(Key, new FeedRecorder());
        await subscription.DisposeAsync();
        await subscription.DisposeAsync();
        var feed = await FollowAsync(A);
        await B.JoinAsync(Key, "ada", "c1");
        await ShouldAgreeAsync(feed);
    }

    [Fact]
    public async Task One_observer_may_follow_several_groups_and_subscribe_twice()
    {
        var first = await FollowAsync(A);
        var second = await FollowAsync(A);
        var elsewhere = await FollowAsync(A, Key + "x");
        await B.JoinAsync(Key, "ada", "c1");
        await ShouldAgreeAsync(first);
        await ShouldAgreeAsync(second);
        await ShouldAgreeAsync(elsewhere, Key + "x");
        elsewhere.Changes.Should().BeEmpty();
    }

    [Fact]
    public async Task An_event_reaches_the_observers_on_every_node_byte_for_byte()
    {
        var feeds = new[] { await FollowAsync(A), await FollowAsync(B) };
        const string Payload = """{"n":1.0,"text":"שלום 👋 \"","empty":[]}""";
        await A.Backend.PublishAsync(Key, new PresenceMessage("flash ⚡", Encoding.UTF8.GetBytes(Payload)));
        foreach (var feed in feeds)
        {
            await feed.SettleAsync(Key, A, B);
            var message = feed.Messages[0];
            message.Event.Should().Be("flash ⚡");
            Encoding.UTF8.GetString(message.Payload.Span).Should().Be(Payload);
        }
    }

    [Fact]
    public async Task An_event_reaches_its_own_group_only_and_may_have_no_observer()
    {
        var elsewhere = await FollowAsync(B, Key + "x");
        await A.Backend.PublishAsync(Key, new PresenceMessage("flash", "1"u8.ToArray()));
        await elsewhere.SettleAsync(Key + "x", A, B);
        elsewhere.Messages.Should().NotContain(message => message.Event == "flash");
    }

    [Fact]
    public async Task An_event_comes_after_the_changes_that_its_caller_made_before_and_before_those_after()
    {
        await A.JoinAsync(Key, "anchor", "c0");
        var feed = await FollowAsync(B);
        await A.JoinAsync(Key, "ada", "c1", Ada);
        await A.Backend.PublishAsync(Key, new PresenceMessage("hello", "1"u8.ToArray()));
        await A.LeaveAsync(Key, "c1");
        await feed.SettleAsync(Key, A);
        feed.Log.Take(4).Should().Equal("snapshot", "Join", "hello", "Leave");
    }

    private async Task ChurnAsync(ContractNode node, string user)
    {
        for (var i = 0; i < 100; i++)
        {
            await node.JoinAsync(Key, user, user, new { i });
            await node.UpdateAsync(Key, user, new { i, updated = true });
            if (i % 3 == 0)
            {
                await node.LeaveAsync(Key, user);
            }
        }
    }
}
