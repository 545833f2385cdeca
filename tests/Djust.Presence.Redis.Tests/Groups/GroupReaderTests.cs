using Djust.Presence.Backends;
using Djust.Presence.Redis.Tests.Hosting;
using FluentAssertions;
using Xunit;

namespace Djust.Presence.Redis.Tests.Groups;

/// <summary>A group that nobody follows is read as it stands in Redis, in both of the protocols that Redis speaks.</summary>
public sealed class GroupReaderTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(1);

    [Theory]
    [InlineData("resp2", false)]
    [InlineData("resp2", true)]
    [InlineData("resp3", false)]
    [InlineData("resp3", true)]
    public async Task A_list_that_is_read_is_the_one_that_is_followed(string protocol, bool withHeartbeat)
    {
        await using var store = new RedisStore($"{redis.Endpoint},protocol={protocol}");
        var (writer, reader) = (store.Connect(), store.Connect());
        await writer.RenewLeaseAsync("n1", Timeout);
        await JoinAsync(writer, "zoë", new("c1", "n1"), new { name = "Zoë" });
        await JoinAsync(writer, "ada", new("c2", "n1"), new { name = "Ada", n = 1 });
        await JoinAsync(writer, "zoë", new("c3", "n1"), new { name = "Z \"\\n" });
        await JoinAsync(writer, "bob", new("c4", "n1"), null);
        if (withHeartbeat)
        {
            await JoinAsync(writer, "sensor", PresenceEntryId.ForUser("sensor"), new { name = "S" }, Timeout);
        }

        await using var subscription = await writer.SubscribeAsync("k", new StrictObserver());
        var followed = await writer.GetSnapshotAsync("k");
        var read = await reader.GetSnapshotAsync("k");

        Looks.Of(read).Should().Equal(Looks.Of(followed));
        read.Presences.Select(presence => presence.Id).Should().BeEquivalentTo(withHeartbeat ? ["zoë", "ada", "bob", "sensor"] : ["zoë", "ada", "bob"]);
        (read.Epoch, read.Version).Should().Be((followed.Epoch, followed.Version));
        (await reader.GetSnapshotAsync("nobody")).Count.Should().Be(0);
    }

    [Fact]
    public async Task Who_may_be_dead_is_looked_at_before_a_list_is_given()
    {
        await using var store = new RedisStore(redis.Endpoint);
        var (gone, alive, reader) = (store.Connect(), store.Connect(), store.Connect());
        await gone.RenewLeaseAsync("n1", store.Unit);
        await alive.RenewLeaseAsync("n2", Timeout);
        await JoinAsync(gone, "ada", new("c1", "n1"), null);
        await JoinAsync(alive, "bob", new("c1", "n2"), null);

        await store.AdvanceAsync(2 * store.Unit);

        (await reader.GetSnapshotAsync("k")).Presences.Select(presence => presence.Id).Should().Equal("bob");
    }

    private static async Task JoinAsync(RedisPresenceBackend backend, string user, PresenceEntryId entry, object? meta, TimeSpan? timeout = null) =>
        await backend.JoinAsync(new PresenceJoin { Key = "k", Entry = entry, UserId = user, Meta = PresenceMeta.From(meta), Timeout = timeout });
}
