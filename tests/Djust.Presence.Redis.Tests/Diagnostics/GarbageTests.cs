using System.Diagnostics.Metrics;
using Djust.Presence.Redis.Tests.Groups;
using Djust.Presence.Redis.Tests.Hosting;
using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using StackExchange.Redis;
using Xunit;

namespace Djust.Presence.Redis.Tests.Diagnostics;

/// <summary>What others write under presence's names is skipped, counted, and said once.</summary>
public sealed class GarbageTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    private readonly string _prefix = "t" + Guid.NewGuid().ToString("N")[..12];

    private RedisKeys Keys => new(_prefix, sharded: false);

    [Fact]
    public async Task A_field_that_cannot_be_read_is_skipped_and_counted()
    {
        await using var host = await StartAsync();
        using var counted = Collect(host);
        await using var connection = await Multiplexer.ConnectAsync(redis.Endpoint);
        await host.Manager.JoinPresenceAsync("k", "ada", new { name = "Ada" });

        await connection.GetDatabase().HashSetAsync(Keys.Group("k")[0],
        [
            new HashEntry("not a number", "x"), new HashEntry("77", "junk"), new HashEntry("78", new byte[] { 0xff, 0xfe, 0, 10 }), new HashEntry("79", RedisValue.EmptyString),
            new HashEntry("80", Bodies.Entry("n.1", "c", "eve", 1_700_000_000_000, 1, false, string.Empty, "[1]")),
        ]);

        (await host.Manager.ListPresencesAsync("k")).Select(presence => presence["name"]).Should().Equal("Ada");
        (await host.Manager.PresenceCountAsync("k")).Should().Be(1);
        Garbage(host).Should().Be(10, "each of two readings met five of them");
        counted.GetMeasurementSnapshot().Sum(measurement => measurement.Value).Should().Be(10);
        Warnings(host).Should().ContainSingle().Which.Should().Contain(_prefix);
        (await host.HealthAsync()).Reason.Should().BeNull();
    }

    [Fact]
    public async Task Requests_about_a_group_with_garbage_in_it_are_carried_out()
    {
        await using var host = await StartAsync();
        await using var connection = await Multiplexer.ConnectAsync(redis.Endpoint);
        await connection.GetDatabase().HashSetAsync(Keys.Group("k")[0], [new HashEntry("77", "junk"), new HashEntry("", "")]);

        await host.Manager.JoinPresenceAsync("k", "ada", new { name = "Ada" });
        await host.Manager.UpdatePresenceAsync("k", "ada", new { name = "Ada L." });
        (await host.Manager.ListPresencesAsync("k")).Select(presence => presence["name"]).Should().Equal("Ada L.");
        await host.Manager.LeavePresenceAsync("k", "ada");

        (await host.Manager.PresenceCountAsync("k")).Should().Be(0);
    }

    [Fact]
    public async Task A_message_that_cannot_be_read_is_skipped_and_the_feed_goes_on()
    {
        await using var host = await StartAsync();
        using var counted = Collect(host);
        await using var connection = await Multiplexer.ConnectAsync(redis.Endpoint);
        var observer = new StrictObserver();
        await using var subscription = await host.Backend.SubscribeAsync("k", observer);

        RedisValue[] junk = ["", "x", "c", "c\ne\n1", "o\n", "m", "m\n1\n2", new byte[] { 0xff, 0 }, "c\n\n\n\n\n\n\n\n\n\n", "nodes"];
        foreach (var message in junk)
        {
            await connection.GetSubscriber().PublishAsync(Keys.Feed("k"), message);
        }

        await host.Manager.JoinPresenceAsync("k", "ada", new { name = "Ada" });

        await Eventually.TrueAsync(() => Garbage(host) == junk.Length, "each message was counted");
        await Eventually.TrueAsync(() => observer.State?.Count == 1, "the join has arrived");
        observer.Breaks.Should().BeEmpty();
        host.Backend.Groups.Resyncs.Should().Be(0, "there was no hole to heal");
        counted.GetMeasurementSnapshot().Sum(measurement => measurement.Value).Should().Be(junk.Length);
        Warnings(host).Should().ContainSingle();
    }

    [Fact]
    public async Task A_message_that_is_ahead_of_its_group_makes_a_reading_and_no_harm()
    {
        await using var host = await StartAsync();
        await using var connection = await Multiplexer.ConnectAsync(redis.Endpoint);
        var observer = new StrictObserver();
        await using var subscription = await host.Backend.SubscribeAsync("k", observer);
        await host.Manager.JoinPresenceAsync("k", "ada", new { name = "Ada" });
        var forged = new GroupChange("e", long.MaxValue, PresenceChangeKind.Join, default, null,
            new UserRecord("eve", DateTimeOffset.UnixEpoch, [new EntryRecord(1, "n.1", 0, 1, PresenceMeta.Empty)]), 1);

        await connection.GetSubscriber().PublishAsync(Keys.Feed("k"), Bodies.Change(forged, PresenceMeta.Empty));
        await host.Manager.JoinPresenceAsync("k", "bob", new { name = "Bob" });

        await Eventually.TrueAsync(() => observer.State?.Count == 2, "the second join has arrived");
        (await host.Manager.ListPresencesAsync("k")).Select(presence => presence.Id).Should().Equal("ada", "bob");
        observer.Breaks.Should().BeEmpty();
    }

    [Fact]
    public async Task Garbage_about_the_nodes_is_skipped()
    {
        await using var host = await StartAsync();
        await using var connection = await Multiplexer.ConnectAsync(redis.Endpoint);
        await connection.GetDatabase().SortedSetAddAsync(Keys.Nodes[0], [new SortedSetEntry("", 1), new SortedSetEntry("!", 2), new SortedSetEntry("?", 3), new SortedSetEntry("junk", 4)]);
        await connection.GetSubscriber().PublishAsync(Keys.NodesChannel, new byte[] { 0xff });

        await host.Manager.JoinPresenceAsync("k", "ada", new { name = "Ada" });
        await host.Backend.SweepAsync(full: true).ToListAsync();

        (await host.Manager.PresenceCountAsync("k")).Should().Be(1);
        await host.HealthyAsync();
    }

    private async Task<PresenceHost> StartAsync()
    {
        var host = await PresenceHost.StartAsync(builder => builder.AddRedisPresence(redis.Endpoint, options => (options.KeyPrefix, options.RequestTimeout) = (_prefix, RedisStore.PatientRequestTimeout)));
        await host.HealthyAsync();
        return host;
    }

    private static MetricCollector<long> Collect(PresenceHost host) =>
        new(host.Services.GetRequiredService<IMeterFactory>(), "Djust.Presence", "djust.presence.redis.garbage");

    private static long Garbage(PresenceHost host) => host.Backend.Groups.Garbage.Count;

    private static IEnumerable<string> Warnings(PresenceHost host) =>
        host.Logs.Where(record => record.Message.Contains("is not presence's", StringComparison.Ordinal)).Select(record => record.Message);
}
