using Djust.Presence.Redis.Tests.Cost;
using Djust.Presence.Redis.Tests.Hosting;
using FluentAssertions;
using Xunit;

namespace Djust.Presence.Redis.Tests.Recovery;

/// <summary>Which leases live on in a store that has lost its memory, because another node says that there were such.</summary>
public sealed class VouchTests(RedisFixture redis) : IClassFixture<RedisFixture>, IAsyncLifetime
{
    private LostRoom _room = null!;
    private CostNode _node = null!;
    private CostNode _other = null!;

    private NodeLeases Leases => _node.Backend.Groups.Leases;

    public async Task InitializeAsync()
    {
        _room = await LostRoom.OpenAsync(redis.Endpoint);
        (_node, _other) = (_room.Node, await _room.AnotherNodeAsync());
    }

    public async Task DisposeAsync() => await _room.DisposeAsync();

    [Fact]
    public async Task Those_of_nodes_that_have_not_come_back_live_on_for_as_long_as_a_lease()
    {
        var vouched = await Leases.VouchAsync(["gone.1", "dots.in.its.name.3"]);

        vouched.Should().BeEquivalentTo("gone.1", "dots.in.its.name.3");
        (Leases.EndOf("gone.1") - NodeLeases.Now).Should().BeInRange(1, (long)Leases.Timeout.TotalMilliseconds);
    }

    [Fact]
    public async Task None_of_a_node_that_has_told_what_it_holds()
    {
        var owner = _other.Backend.Groups.Leases.OwnerName!;

        (await Leases.VouchAsync([Owner.Name(_other.Id, Owner.LifeOf(owner) - 1)])).Should().BeEmpty();
        (await Leases.ReadAsync()).Owners.Where(found => Owner.IsOf(found, _other.Id)).Should().Equal(owner);
    }

    [Fact]
    public async Task Those_of_a_node_that_is_telling_it_live_on()
    {
        var (leases, was) = (_other.Backend.Groups.Leases, _other.Backend.Groups.Leases.OwnerName!);
        await leases.ForgetAsync(was);
        await leases.BeginTellingAsync();

        (await Leases.VouchAsync([was])).Should().Equal(was);
        (await leases.EndTellingAsync()).Should().Equal([was], "what others have told in its place is its own to take out");
        (await Leases.VouchAsync([was])).Should().BeEmpty("now it has told everything");
    }

    [Fact]
    public async Task A_lease_that_is_there_is_never_shortened()
    {
        var owner = _other.Backend.Groups.Leases.OwnerName!;
        await _node.RenewAsync(TimeSpan.FromMilliseconds(100));
        var before = await Leases.ReadAsync();

        (await Leases.VouchAsync([owner])).Should().Equal(owner);

        (Leases.Table.EndOf(owner)!.Value - before.EndOf(owner)!.Value).Should().BeCloseTo(0, 5_000);
    }

    [Fact]
    public async Task One_that_is_being_swept_stays_dead()
    {
        var owner = _other.Backend.Groups.Leases.OwnerName!;
        await _other.Backend.Groups.Leases.ReleaseAsync();

        (await Leases.VouchAsync([owner])).Should().BeEmpty();
        Leases.Table.Dead.Should().Equal(owner);
    }

    [Fact]
    public async Task Every_key_has_a_lifetime_even_if_the_memory_is_lost_a_second_time_just_now()
    {
        await using var keys = await StoredKeys.ConnectAsync(redis.Server, _room.Prefix);
        await keys.DeleteAllAsync();

        await Leases.VouchAsync(["gone.1"]);

        (await keys.AllAsync()).Should().NotBeEmpty();
        (await keys.WithoutLifetimeAsync()).Should().BeEmpty();
    }

    [Fact]
    public async Task One_that_had_run_out_before_does_not_come_to_life()
    {
        await _other.RenewAsync(TimeSpan.FromMilliseconds(1));
        var owner = _other.Backend.Groups.Leases.OwnerName!;
        await Eventually.TrueAsync(async () => (await Leases.ReadAsync()).EndOf(owner) < NodeLeases.Now, "it has run out");
        await using var keys = await StoredKeys.ConnectAsync(redis.Server, _room.Prefix);
        await keys.DeleteAllAsync();
        await Leases.ReadAsync();

        await Leases.VouchAsync([owner]);

        (Leases.EndOf(owner) - NodeLeases.Now).Should().BeLessThan(5_000, "a lease of this node is an hour");
    }
}
