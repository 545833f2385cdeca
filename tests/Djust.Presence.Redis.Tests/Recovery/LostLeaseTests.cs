using Djust.Presence.Redis.Tests.Hosting;
using FluentAssertions;
using Xunit;

namespace Djust.Presence.Redis.Tests.Recovery;

/// <summary>A node whose lease ran out while it was paused, and that is alive.</summary>
public sealed class LostLeaseTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    /// <summary>Its next lease is held, and says nothing of what was swept with the one before.</summary>
    [Fact]
    public async Task What_was_swept_is_told_again_although_a_renewal_found_out_first()
    {
        await using var room = await LostRoom.OpenAsync(redis.Endpoint);
        var other = await room.AnotherNodeAsync();
        await room.Node.JoinAsync(room.Key, "ada");

        // Somebody else, so that the group goes on.
        await other.JoinAsync(room.Key, "grace");
        await RespClient.CommandAsync(redis.Server.Port, "ZADD", $"{room.Prefix}:{{nodes}}", "1", room.Groups.Leases.OwnerName!);
        (await other.SweepAsync(full: true)).Should().ContainSingle().Which.Kind.Should().Be(PresenceChangeKind.Leave);
        (await room.EntriesAsync()).Should().HaveCount(1);

        await room.Node.RenewAsync();
        room.Groups.Link.Interrupt("the network failed for a moment");

        await Eventually.TrueAsync(async () => (await room.EntriesAsync()).Count == 2, "the node tells what it holds");
        room.Node.Backend.Groups.Find(room.Key)!.Locked(replica => replica.Own.Count).Should().Be(1);
    }
}
