using Djust.Presence.Redis.Tests.Hosting;
using FluentAssertions;
using Xunit;

namespace Djust.Presence.Redis.Tests.Groups;

/// <summary>Who counts as alive, by the leases that a real Redis tells of.</summary>
public sealed class AliveViewTests(RedisFixture redis) : IClassFixture<RedisFixture>, IAsyncLifetime
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(1);

    private RedisStore _store = null!;
    private NodeLeases _leases = null!;

    public async Task InitializeAsync()
    {
        _store = Store(redis.Endpoint);
        var backend = _store.Connect();
        await backend.RenewLeaseAsync("n", Timeout);
        _leases = backend.Groups.Leases;
    }

    public async Task DisposeAsync() => await _store.DisposeAsync();

    [Fact]
    public void While_all_are_alive_the_view_is_the_group_until_the_first_of_them_ends()
    {
        var state = Group(Entry(1, _leases.OwnerName!), Entry(2, string.Empty, StoreIn(30_000)));

        var view = AliveView.Of(state, _leases);

        view.Snapshot.Should().BeSameAs(state.Snapshot);
        (view.IsCertain, view.IsValid(_leases)).Should().Be((true, true));
        view.ValidUntil.Should().Be(NodeOf(StoreIn(30_000)), "the heartbeat ends before the lease");
    }

    [Fact]
    public void Who_has_no_lease_is_left_out_and_looked_at_again_soon()
    {
        var view = AliveView.Of(Group(Entry(1, _leases.OwnerName!), Entry(2, "dead.1")), _leases);

        view.Snapshot.Presences.Select(presence => presence.Id).Should().Equal("u1");
        view.IsCertain.Should().BeFalse();
        view.ValidUntil.Should().BeLessThanOrEqualTo(NodeLeases.Now + 1_000);
    }

    [Fact]
    public void A_heartbeat_that_has_ended_is_left_out()
    {
        var view = AliveView.Of(Group(Entry(1, string.Empty, StoreIn(-60_000)), Entry(2, string.Empty, StoreIn(60_000)), Entry(3, string.Empty)), _leases);

        view.Snapshot.Presences.Select(presence => presence.Id).Should().Equal("u2");
        view.IsCertain.Should().BeFalse();
    }

    [Fact]
    public void Of_a_user_with_one_dead_entry_the_rest_is_shown()
    {
        var user = new UserRecord("u", DateTimeOffset.UnixEpoch, [Entry(1, "dead.1"), Entry(2, _leases.OwnerName!)]);

        var view = AliveView.Of(new GroupState("k", "e", 1, [user]), _leases);

        view.Snapshot.Presences.Should().ContainSingle().Which.Connections.Should().ContainSingle().Which.Ref.Should().Be(2);
    }

    [Fact]
    public void An_empty_group_is_valid_for_good()
    {
        var view = AliveView.Of(Group(), _leases);

        (view.ValidUntil, view.IsCertain, view.Snapshot.Count).Should().Be((long.MaxValue, true, 0));
    }

    [Fact]
    public async Task A_lease_that_ends_before_its_time_ends_the_view()
    {
        var other = _store.Connect();
        await other.RenewLeaseAsync("m", Timeout);
        await _leases.ReadAsync();
        var view = AliveView.Of(Group(Entry(1, other.Groups.Leases.OwnerName!)), _leases);
        view.IsValid(_leases).Should().BeTrue();

        await other.ReleaseNodeAsync("m").ToListAsync();
        await _leases.ReadAsync();

        view.IsValid(_leases).Should().BeFalse();
    }

    private static RedisStore Store(string endpoint) => new(endpoint);

    private static EntryRecord Entry(int @ref, string owner, long deadline = 0) => new(@ref, owner, deadline, @ref, PresenceMeta.Empty);

    private static GroupState Group(params EntryRecord[] entries) =>
        new("k", "e", 1, entries.Select(entry => new UserRecord("u" + entry.Ref, DateTimeOffset.UnixEpoch, [entry])));

    /// <summary>A moment so many ms after the last reading, by the store's clock.</summary>
    private long StoreIn(long milliseconds) => _leases.Table.StoreTime + milliseconds;

    private long NodeOf(long storeTime) => _leases.Table.Local(storeTime);
}
