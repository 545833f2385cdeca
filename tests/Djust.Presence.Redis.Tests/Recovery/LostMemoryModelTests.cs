using CsCheck;
using Djust.Presence.Redis.Tests.Cost;
using Djust.Presence.Redis.Tests.Hosting;
using FluentAssertions;
using StackExchange.Redis;
using Xunit;

namespace Djust.Presence.Redis.Tests.Recovery;

/// <summary>
/// Three nodes with small random histories, of which each knows as much as the feed had brought, lose the store's memory and tell it anew in any
/// order. In the end there is who should be, and what was handed out of each user alternates.
/// </summary>
public sealed class LostMemoryModelTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    private const int Histories = 150;

    [Fact]
    public async Task Whatever_each_knew_and_whoever_comes_first_all_is_true_in_the_end()
    {
        await using var store = new RedisStore(redis.Endpoint);
        CostNode[] nodes = [await CostNode.StartAsync(store), await CostNode.StartAsync(store), await CostNode.StartAsync(store)];
        await using var client = await Multiplexer.ConnectAsync(redis.Endpoint);
        var (leases, number) = (new RedisKey(store.Prefix + ":{nodes}"), 0);
        await Gen.Int.SampleAsync(
            async seed =>
            {
                // The leases that there were before: others have vouched for them.
                var end = DateTimeOffset.UtcNow.AddHours(1).ToUnixTimeMilliseconds();
                await client.GetDatabase().SortedSetAddAsync(leases, [.. nodes.Select(node => new SortedSetEntry(node.Id + ".0", end))]);

                var story = new LostMemoryStory($"room {Interlocked.Increment(ref number)}", nodes, new Random(seed));
                await story.RunAsync();
                story.Breaks.Should().BeEmpty();
                return true;
            },
            iter: Histories, threads: 1);
        number.Should().BeGreaterThanOrEqualTo(Histories);
    }
}
