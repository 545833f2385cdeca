using Djust.Presence.Backends;
using Djust.Presence.Redis.Tests.Hosting;
using FluentAssertions;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using StackExchange.Redis;
using Xunit;

namespace Djust.Presence.Redis.Tests;

/// <summary>One call sets presence in Redis up, and says at start what it lacks.</summary>
public sealed class RedisPresenceServiceCollectionExtensionsTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    [Fact]
    public async Task A_configuration_is_enough()
    {
        await using var host = await PresenceHost.StartAsync(builder => builder.AddRedisPresence(redis.Endpoint));

        await host.HealthyAsync();
        host.Services.GetServices<IPresenceBackend>().Should().ContainSingle().Which.Should().BeOfType<RedisPresenceBackend>();
    }

    [Fact]
    public void Options_beside_a_configuration_are_taken()
    {
        var options = Options(builder => builder.AddRedisPresence("localhost:1", options => options.KeyPrefix = "p"));

        (options.Configuration, options.KeyPrefix, options.ConnectionFactory).Should().Be(("localhost:1", "p", null));
    }

    [Fact]
    public void Options_alone_are_taken()
    {
        var options = Options(builder => builder.AddRedisPresence(options => options.Configuration = "localhost:2"));

        options.Configuration.Should().Be("localhost:2");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_factory_is_taken_with_who_owns_what_it_gives(bool owns)
    {
        static Task<IConnectionMultiplexer> Connect(IServiceProvider services) => throw new InvalidOperationException();

        var options = Options(builder => builder.AddRedisPresence(Connect, owns));

        options.ConnectionFactory.Should().BeEquivalentTo((Func<IServiceProvider, Task<IConnectionMultiplexer>>)Connect);
        options.OwnsConnection.Should().Be(owns);
    }

    [Fact]
    public async Task It_may_stand_before_presence_itself()
    {
        var services = new ServiceCollection().AddLogging();
        services.AddSignalR().AddRedisPresence(redis.Endpoint).AddPresence();
        await using var provider = services.BuildServiceProvider();

        provider.GetRequiredService<IPresenceBackend>().Should().BeOfType<RedisPresenceBackend>();
    }

    [Fact]
    public async Task The_applications_connection_is_not_closed_with_the_host()
    {
        await using var connection = await Multiplexer.ConnectAsync(redis.Endpoint);
        var host = await PresenceHost.StartAsync(builder => builder.AddRedisPresence(_ => Task.FromResult<IConnectionMultiplexer>(connection), ownsConnection: false));
        await host.HealthyAsync();

        await host.DisposeAsync();

        await connection.GetDatabase().PingAsync();
    }

    [Fact]
    public async Task A_connection_that_was_given_away_is_closed_with_the_host()
    {
        await using var connection = await Multiplexer.ConnectAsync(redis.Endpoint);
        var host = await PresenceHost.StartAsync(builder => builder.AddRedisPresence(_ => Task.FromResult<IConnectionMultiplexer>(connection), ownsConnection: true));
        await host.HealthyAsync();

        await host.DisposeAsync();

        connection.Invoking(closed => closed.GetDatabase().Ping()).Should().Throw<ObjectDisposedException>();
    }

    [Fact]
    public async Task A_factory_is_given_the_applications_services()
    {
        await using var connection = await Multiplexer.ConnectAsync(redis.Endpoint);
        await using var host = await PresenceHost.StartAsync(builder =>
        {
            builder.Services.AddSingleton<IConnectionMultiplexer>(_ => connection);
            builder.AddRedisPresence(services => Task.FromResult(services.GetRequiredService<IConnectionMultiplexer>()), ownsConnection: false);
        });

        await host.HealthyAsync();
    }

    [Fact]
    public async Task A_factory_that_throws_is_asked_again()
    {
        await using var connection = await Multiplexer.ConnectAsync(redis.Endpoint);
        var calls = 0;
        await using var host = await PresenceHost.StartAsync(builder => builder.AddRedisPresence(
            _ => Interlocked.Increment(ref calls) < 3 ? throw new InvalidOperationException("password=hunter2") : Task.FromResult<IConnectionMultiplexer>(connection),
            ownsConnection: false));

        await host.HealthyAsync();

        calls.Should().Be(3);
        host.Logs.Where(record => record.Level >= Microsoft.Extensions.Logging.LogLevel.Information).Should().NotContain(record => record.Message.Contains("hunter2"));
    }

    [Theory]
    [InlineData("", "presence", "AddRedisPresence(\"localhost:6379\")")]
    [InlineData("localhost,password=hunter2,nonsense=1", "presence", "host:port")]
    [InlineData("localhost", "a{b}", "Braces would break the hash tags of Redis Cluster")]
    public async Task What_is_half_configured_ends_the_start_with_the_fix(string configuration, string prefix, string fix)
    {
        var starting = () => PresenceHost.StartAsync(builder => builder.AddRedisPresence(configuration, options => options.KeyPrefix = prefix));

        var failure = await starting.Should().ThrowAsync<OptionsValidationException>();

        failure.Which.Message.Should().Contain(fix);
        failure.Which.ToString().Should().NotContain("hunter2");
    }

    [Fact]
    public async Task Two_ways_to_redis_end_the_start()
    {
        var starting = () => PresenceHost.StartAsync(builder => builder
            .AddRedisPresence("localhost")
            .AddRedisPresence(_ => Task.FromResult<IConnectionMultiplexer>(null!), ownsConnection: false));

        (await starting.Should().ThrowAsync<OptionsValidationException>()).Which.Message.Should().Contain("keep one");
    }

    [Fact]
    public void What_is_not_given_is_named()
    {
        var builder = new ServiceCollection().AddSignalR();
        Func<IServiceProvider, Task<IConnectionMultiplexer>> connect = null!;
        Action<RedisPresenceOptions> configure = null!;

        Named(() => ((ISignalRServerBuilder)null!).AddRedisPresence("localhost")).Should().Be("builder");
        Named(() => ((ISignalRServerBuilder)null!).AddRedisPresence(_ => { })).Should().Be("builder");
        Named(() => builder.AddRedisPresence((string)null!)).Should().Be("configuration");
        Named(() => builder.AddRedisPresence("localhost", null!)).Should().Be("configure");
        Named(() => builder.AddRedisPresence(connect, true)).Should().Be("connect");
        Named(() => builder.AddRedisPresence(configure)).Should().Be("configure");
    }

    private static string? Named(Action action) => action.Should().Throw<ArgumentNullException>().Which.ParamName;

    private static RedisPresenceOptions Options(Action<ISignalRServerBuilder> add)
    {
        var services = new ServiceCollection();
        add(services.AddSignalR());
        using var provider = services.BuildServiceProvider();
        return provider.GetRequiredService<IOptions<RedisPresenceOptions>>().Value;
    }
}
