using Djust.Presence.Backends;
using Djust.Presence.Redis.Tests.Groups;
using Djust.Presence.Redis.Tests.Hosting;
using FluentAssertions;
using Xunit;

namespace Djust.Presence.Redis.Tests.Connection;

/// <summary>A connection, the application's for instance, may put a prefix of its own before the names of channels.</summary>
public sealed class ChannelPrefixTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    [Fact(Skip = "A bug that is not mended yet: scripts publish without the connection's channel prefix.")]
    public async Task Changes_of_other_nodes_arrive_where_the_connection_has_a_channel_prefix()
    {
        await using var store = new RedisStore(redis.Endpoint + ",channelPrefix=app:");
        var (here, there) = (store.Connect(), store.Connect());
        var observer = new StrictObserver();
        await using var subscription = await here.SubscribeAsync("k", observer);
        await there.RenewLeaseAsync("n", TimeSpan.FromMinutes(1));

        await there.JoinAsync(new PresenceJoin { Key = "k", Entry = new PresenceEntryId("c", "n"), UserId = "ada", Meta = PresenceMeta.Empty });

        await Eventually.TrueAsync(() => observer.State?.Count == 1, "the join has arrived");
        observer.Breaks.Should().BeEmpty();
        here.Groups.Resyncs.Should().Be(0, "the feed brought it");
    }
}
