using Djust.Presence.BackendContract;
using Djust.Presence.Backends;
using Djust.Presence.Backends.Memory;
using FluentAssertions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Djust.Presence.Tests.Stores;

/// <summary>The contract that every backend keeps, on memory, and what only memory promises.</summary>
public sealed class MemoryPresenceBackendTests : PresenceBackendContract
{
    private MemoryPresenceBackend Memory => ((MemoryStore)Store).Backend;

    private FakeTimeProvider Time => ((MemoryStore)Store).Time;

    protected override int ModelRuns => 200;

    [Fact]
    public async Task The_list_of_an_unchanged_group_is_one_instance()
    {
        await JoinAsync("ada");
        await JoinAsync("grace");
        var first = await Memory.GetSnapshotAsync(Key);
        (await Memory.GetSnapshotAsync(Key)).Should().BeSameAs(first);
        (await Memory.GetSnapshotAsync(Key)).Presences.Should().BeSameAs(first.Presences);
        await JoinAsync("mary");
        (await Memory.GetSnapshotAsync(Key)).Should().NotBeSameAs(first);
        first.Presences.Should().HaveCount(2, "what was handed out does not change");
    }

    [Fact]
    public async Task Reading_an_unchanged_group_allocates_nothing()
    {
        await JoinAsync("ada");
        for (var i = 0; i < 100; i++)
        {
            await Memory.GetSnapshotAsync(Key);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
        {
            _ = (await Memory.GetSnapshotAsync(Key)).Presences.Count;
        }

        (GC.GetAllocatedBytesForCurrentThread() - before).Should().Be(0);
    }

    [Fact]
    public async Task Counting_after_a_change_costs_the_change_and_not_the_group()
    {
        const int Users = 10_000;
        for (var i = 0; i < Users; i++)
        {
            await JoinAsync("user" + i);
        }

        // A copy of the list alone would be a pointer for each user.
        (await Memory.GetSnapshotAsync(Key)).Count.Should().Be(Users);
        for (var i = 0; i < 20; i++)
        {
            await Memory.LeaveAsync(Key, PresenceTarget.Of("user" + i), PresenceChangeReason.Requested);
            var before = GC.GetAllocatedBytesForCurrentThread();
            var snapshot = await Memory.GetSnapshotAsync(Key);
            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            allocated.Should().BeLessThan(Users);
            snapshot.Count.Should().Be(Users - i - 1);
            snapshot.Presences.Should().HaveCount(snapshot.Count);
        }
    }

    [Fact]
    public async Task A_heartbeat_leaves_the_list_the_same_instance()
    {
        var entry = await JoinAloneAsync("ada", Store.Unit * 2);
        var first = await Memory.GetSnapshotAsync(Key);
        for (var i = 0; i < 5; i++)
        {
            Time.Advance(Store.Unit);
            await Memory.HeartbeatAsync(Key, entry, Store.Unit * 2);
            (await Memory.GetSnapshotAsync(Key)).Should().BeSameAs(first);
        }
    }

    [Fact]
    public async Task After_the_last_leave_nothing_is_left()
    {
        await JoinAsync("ada");
        await JoinAloneAsync("grace", Forever);
        Memory.GroupCount.Should().Be(1);
        await Memory.LeaveAsync(Key, PresenceTarget.Of("ada"), PresenceChangeReason.Requested);
        await Memory.LeaveAsync(Key, PresenceTarget.Of("grace"), PresenceChangeReason.Requested);
        Memory.GroupCount.Should().Be(0);
    }

    [Fact]
    public async Task Requests_and_readings_about_nobody_leave_nothing()
    {
        await Memory.GetSnapshotAsync(Key);
        await Memory.LeaveAsync(Key, PresenceTarget.Of("ada"), PresenceChangeReason.Requested);
        await Memory.UpdateAsync(Key, PresenceTarget.Of("ada"), PresenceMeta.Empty);
        await Memory.HoldAsync(Key, new PresenceEntryId("c", "n"));
        await Memory.HeartbeatAsync(Key, PresenceEntryId.ForUser("ada"), Forever);
        await Memory.PublishAsync(Key, new PresenceMessage("flash", default));
        await Memory.JoinAsync(new PresenceJoin { Key = Key, Entry = new PresenceEntryId("c", "no lease"), UserId = "ada", Meta = PresenceMeta.Empty });
        Memory.GroupCount.Should().Be(0);
    }

    [Fact]
    public async Task A_group_stays_as_long_as_somebody_observes_it_and_its_numbering_with_it()
    {
        var subscription = await Memory.SubscribeAsync(Key, new PresenceWatcher());
        var first = await JoinAsync("ada");
        await Memory.LeaveAsync(Key, PresenceTarget.Of("ada"), PresenceChangeReason.Requested);
        Memory.GroupCount.Should().Be(1);
        var second = await JoinAsync("ada");
        (second.Epoch, second.Version).Should().Be((first.Epoch, first.Version + 2));
        await Memory.LeaveAsync(Key, PresenceTarget.Of("ada"), PresenceChangeReason.Requested);
        await subscription.DisposeAsync();
        Memory.GroupCount.Should().Be(0);
    }

    [Fact]
    public async Task A_sweep_and_a_release_leave_nothing()
    {
        await JoinAloneAsync("ada", Store.Unit);
        Time.Advance(Store.Unit);
        await Memory.SweepAsync(full: false).ToListAsync();
        Memory.GroupCount.Should().Be(0);
        await JoinAsync("grace", "node");
        await Memory.ReleaseNodeAsync("node").ToListAsync();
        Memory.GroupCount.Should().Be(0);
    }

    [Fact]
    public async Task A_group_that_begins_again_has_a_new_epoch()
    {
        var first = await JoinAsync("ada");
        await Memory.LeaveAsync(Key, PresenceTarget.Of("ada"), PresenceChangeReason.Requested);
        (await JoinAsync("ada")).Epoch.Should().NotBe(first.Epoch);
    }

    [Fact]
    public async Task An_entry_is_alive_up_to_its_timeout_and_not_at_it()
    {
        await JoinAloneAsync("ada", Store.Unit);
        Time.Advance(Store.Unit - TimeSpan.FromTicks(1));
        (await Memory.GetSnapshotAsync(Key)).Count.Should().Be(1);
        (await Memory.SweepAsync(full: true).ToListAsync()).Should().BeEmpty();
        Time.Advance(TimeSpan.FromTicks(1));
        (await Memory.GetSnapshotAsync(Key)).Count.Should().Be(0);
        (await Memory.SweepAsync(full: false).ToListAsync()).Should().ContainSingle();
    }

    [Fact]
    public async Task A_renewal_names_the_exact_time_of_the_next_end()
    {
        await JoinAloneAsync("ada", TimeSpan.FromSeconds(60));
        Time.Advance(TimeSpan.FromSeconds(1));
        (await Memory.RenewLeaseAsync("node", Forever)).NextExpiry.Should().Be(TimeSpan.FromSeconds(59));
        await Memory.RenewLeaseAsync("other", TimeSpan.FromSeconds(15));
        (await Memory.RenewLeaseAsync("node", Forever)).NextExpiry.Should().Be(TimeSpan.FromSeconds(15));
    }

    [Fact]
    public async Task A_wall_clock_that_goes_back_disorders_no_list()
    {
        var time = new SteppingClock { Now = new DateTimeOffset(2026, 1, 1, 10, 0, 0, TimeSpan.Zero) };
        var backend = new MemoryPresenceBackend(time);
        await backend.RenewLeaseAsync("node", Forever);
        foreach (var user in new[] { "first", "second", "third" })
        {
            await backend.JoinAsync(new PresenceJoin { Key = Key, Entry = new PresenceEntryId(user, "node"), UserId = user, Meta = PresenceMeta.Empty });
            time.Now -= TimeSpan.FromHours(1);
        }

        (await backend.GetSnapshotAsync(Key)).Presences.Select(presence => presence.Id).Should().Equal("first", "second", "third");
    }

    [Fact]
    public async Task A_renewal_during_a_sweep_still_holds_a_lease()
    {
        // The sweep comes between the moment a renewal finds its node and the moment it has written the new lease.
        var time = new SteppingClock();
        var backend = new MemoryPresenceBackend(time);
        await backend.RenewLeaseAsync("node", TimeSpan.FromSeconds(1));
        time.Timestamp += 2 * TimeSpan.TicksPerSecond;
        time.OnReckoning = () => backend.SweepAsync(full: true).ToBlockingEnumerable().Should().BeEmpty();
        await backend.RenewLeaseAsync("node", Forever);
        var join = await backend.JoinAsync(new PresenceJoin { Key = Key, Entry = new PresenceEntryId("c", "node"), UserId = "ada", Meta = PresenceMeta.Empty });
        join.Outcome.Should().Be(PresenceOutcome.Changed);
    }

    protected override Task<IPresenceStore> CreateStoreAsync() => Task.FromResult<IPresenceStore>(new MemoryStore());

    private async Task<PresenceCommit> JoinAsync(string user, string node = "node")
    {
        await Memory.RenewLeaseAsync(node, Forever);
        return await Memory.JoinAsync(new PresenceJoin { Key = Key, Entry = new PresenceEntryId("c:" + user, node), UserId = user, Meta = PresenceMeta.Empty });
    }

    private async Task<PresenceEntryId> JoinAloneAsync(string user, TimeSpan timeout)
    {
        var entry = PresenceEntryId.ForUser(user);
        await Memory.JoinAsync(new PresenceJoin { Key = Key, Entry = entry, UserId = user, Meta = PresenceMeta.Empty, Timeout = timeout });
        return entry;
    }

    /// <summary>A clock whose two times can be set anywhere, and that lets something happen while the backend reckons when a lease ends.</summary>
    private sealed class SteppingClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = DateTimeOffset.UnixEpoch;

        public long Timestamp { get; set; }

        public Action? OnReckoning { get; set; }

        public override long TimestampFrequency
        {
            get
            {
                var action = OnReckoning;
                OnReckoning = null;
                action?.Invoke();
                return TimeSpan.TicksPerSecond;
            }
        }

        public override long GetTimestamp() => Timestamp;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
