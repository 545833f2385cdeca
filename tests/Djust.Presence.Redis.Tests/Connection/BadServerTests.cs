using System.Globalization;
using Djust.Presence.Redis.Tests.Hosting;
using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;
using Xunit;

namespace Djust.Presence.Redis.Tests.Connection;

/// <summary>A Redis that is not there, or not as it should be: the application runs, and its health says what to do.</summary>
public sealed class BadServerTests
{
    private const string Secret = "hunter2";

    [Fact]
    public async Task Without_redis_at_start_requests_work_here_and_health_says_where_it_should_be()
    {
        var endpoint = $"127.0.0.1:{FreePort.Take()}";
        await using var host = await PresenceHost.StartAsync(builder => builder.AddRedisPresence($"{endpoint},password={Secret},connectTimeout=200", Soon));

        await host.Manager.JoinPresenceAsync("k", "ada", new { name = "Ada" });

        (await host.Manager.ListPresencesAsync("k")).Should().ContainSingle().Which["name"].Should().Be("Ada");
        var reason = await host.DegradedAsync(endpoint);
        reason.Should().Contain(endpoint).And.NotContain(Secret);
        await Eventually.TrueAsync(() => host.Logs.Any(record => record.Level == LogLevel.Warning && record.Message.Contains(endpoint)), "the log says where Redis should be");
        host.Log.Should().NotContain(Secret);
    }

    [Fact]
    public async Task When_redis_appears_what_was_joined_meanwhile_is_there()
    {
        var port = FreePort.Take();
        await using var host = await PresenceHost.StartAsync(builder => builder.AddRedisPresence($"127.0.0.1:{port},connectTimeout=200", Soon));
        await host.Manager.JoinPresenceAsync("k", "ada", new { name = "Ada" });
        (await host.HealthAsync()).Status.Should().Be(HealthStatus.Degraded);

        await using var server = await RedisServer.StartAsync(port);
        await host.HealthyAsync();
        await host.Manager.JoinPresenceAsync("k", "bob", new { name = "Bob" });

        await using var other = await PresenceHost.StartAsync(builder => builder.AddRedisPresence(server.Endpoint));
        await other.HealthyAsync();

        // A join that is not answered soon is carried out here, and told afterwards.
        await Eventually.TrueAsync(
            async () => (await other.Manager.ListPresencesAsync("k")).Select(presence => presence["name"]).Order().SequenceEqual(["Ada", "Bob"]), "both are there");
    }

    [Fact]
    public async Task An_absence_is_logged_once_and_so_is_its_end()
    {
        var port = FreePort.Take();

        // A request that takes long would be another absence.
        await using var host = await PresenceHost.StartAsync(builder => builder.AddRedisPresence($"127.0.0.1:{port},connectTimeout=200", options => options.RequestTimeout = TimeSpan.FromSeconds(5)));
        await Eventually.TrueAsync(() => Count(host, "A round of telling") >= 3, "it was tried some times");

        await using var server = await RedisServer.StartAsync(port);
        await host.HealthyAsync();

        await Eventually.TrueAsync(() => Count(host, "is back after") == 1, "the log says that Redis is back");
        Count(host, "counts as away").Should().Be(1);
    }

    [Fact]
    public async Task A_wrong_password_is_told_as_such_and_kept_from_logs_and_health()
    {
        await using var server = await GuardedAsync("right");
        await using var host = await PresenceHost.StartAsync(builder => builder.AddRedisPresence($"{server.Endpoint},password={Secret}", Soon));

        await host.Manager.JoinPresenceAsync("k", "ada", new { name = "Ada" });

        (await host.Manager.PresenceCountAsync("k")).Should().Be(1);
        var reason = await host.DegradedAsync("password");
        reason.Should().Contain(server.Endpoint).And.NotContain(Secret);
        host.Log.Should().NotContain(Secret);
    }

    [Fact]
    public async Task No_password_where_one_is_needed_is_told_as_such()
    {
        await using var server = await GuardedAsync("right");
        await using var host = await PresenceHost.StartAsync(builder => builder.AddRedisPresence(server.Endpoint, Soon));

        (await host.DegradedAsync("password")).Should().Contain(server.Endpoint);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    public async Task A_wrong_password_of_the_applications_connection_is_told_as_such(bool hasPassword, bool failsFast)
    {
        await using var server = await GuardedAsync("right");
        var options = ConfigurationOptions.Parse(server.Endpoint);
        options.AbortOnConnectFail = false;
        options.Password = hasPassword ? Secret : null;
        options.BacklogPolicy = failsFast ? BacklogPolicy.FailFast : BacklogPolicy.Default;
        await using var connection = await ConnectionMultiplexer.ConnectAsync(options);
        await using var host = await PresenceHost.StartAsync(builder => builder.AddRedisPresence(_ => Task.FromResult<IConnectionMultiplexer>(connection), ownsConnection: false));

        (await host.DegradedAsync("password")).Should().NotContain(Secret);
        host.Log.Should().NotContain(Secret);
    }

    [Fact]
    public async Task A_redis_that_is_too_old_is_told_with_the_version_that_is_needed()
    {
        await using var server = new FakeRedis("6.2.0");
        await using var host = await PresenceHost.StartAsync(builder => builder.AddRedisPresence(server.Endpoint, Soon));

        await host.Manager.JoinPresenceAsync("k", "ada", new { name = "Ada" });

        (await host.Manager.PresenceCountAsync("k")).Should().Be(1);
        (await host.DegradedAsync("7.0 or newer")).Should().Contain("6.2.0").And.Contain(server.Endpoint);
        await Eventually.TrueAsync(
            () => host.Logs.Any(record => record.Level == LogLevel.Error && record.Message.Contains("6.2.0") && record.Message.Contains("7.0")), "the log says so");
    }

    [Fact]
    public async Task A_channel_prefix_of_the_applications_connection_is_told_with_what_to_do()
    {
        await using var server = await GuardedAsync(Secret);
        var options = ConfigurationOptions.Parse($"{server.Endpoint},password={Secret}");
        options.ChannelPrefix = RedisChannel.Literal("app:");
        await using var connection = await ConnectionMultiplexer.ConnectAsync(options);
        await using var host = await PresenceHost.StartAsync(builder => builder.AddRedisPresence(_ => Task.FromResult<IConnectionMultiplexer>(connection), ownsConnection: false));

        await host.Manager.JoinPresenceAsync("k", "ada", new { name = "Ada" });

        (await host.Manager.PresenceCountAsync("k")).Should().Be(1);
        (await host.DegradedAsync("ChannelPrefix")).Should().Contain("KeyPrefix").And.NotContain(Secret);
        await Eventually.TrueAsync(
            () => host.Logs.Any(record => record.Level == LogLevel.Warning && record.Message.Contains("ChannelPrefix") && record.Message.Contains("KeyPrefix")), "the log says what to do");
        host.Log.Should().NotContain(Secret);
    }

    [Fact]
    public async Task The_password_is_nowhere_while_all_is_well()
    {
        await using var server = await GuardedAsync(Secret);
        await using var host = await PresenceHost.StartAsync(builder => builder.AddRedisPresence($"{server.Endpoint},password={Secret}"));
        await host.HealthyAsync();

        await host.Manager.JoinPresenceAsync("k", "ada", new { name = "Ada" });
        await server.KillAsync();
        await host.DegradedAsync(string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{server.Port}"));

        host.Log.Should().NotContain(Secret);
        (await host.HealthAsync()).Reason.Should().NotContain(Secret);
    }

    private static Task<RedisServer> GuardedAsync(string password) => RedisServer.StartAsync(port: 0, "--requirepass", password);

    private static void Soon(RedisPresenceOptions options) => options.RequestTimeout = TimeSpan.FromMilliseconds(300);

    private static int Count(PresenceHost host, string text) => host.Logs.Count(record => record.Message.Contains(text, StringComparison.Ordinal));
}
