using FluentAssertions;
using Microsoft.Extensions.Options;
using StackExchange.Redis;
using Xunit;

namespace Djust.Presence.Redis.Tests;

/// <summary>What is wrong is said with the option's name and what to write instead, and never with a password.</summary>
public sealed class RedisPresenceOptionsValidatorTests
{
    private const string Secret = "hunter2";

    [Fact]
    public void The_defaults_with_a_configuration_are_valid() => Validate(_ => { }).Succeeded.Should().BeTrue();

    [Fact]
    public void A_factory_instead_of_a_configuration_is_valid() =>
        Validate(options => (options.Configuration, options.ConnectionFactory) = (null, Factory)).Succeeded.Should().BeTrue();

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("  ")]
    public void Neither_configuration_nor_factory_names_both_and_an_example(string? configuration) =>
        Failure(options => options.Configuration = configuration).Should().Contain("Configuration is empty").And.Contain("AddRedisPresence(\"localhost:6379\")").And.Contain("ConnectionFactory");

    [Fact]
    public void Configuration_and_factory_at_once_are_told_to_be_one() =>
        Failure(options => options.ConnectionFactory = Factory).Should().Contain("Both Configuration and ConnectionFactory are set").And.Contain("keep one");

    [Theory]
    [InlineData("localhost:6379,password=" + Secret + ",unknown=1")]
    [InlineData("password=" + Secret)]
    [InlineData("localhost:70000,password=" + Secret)]
    [InlineData("localhost:6379;password=" + Secret)]
    [InlineData("localhost:6379,password=" + Secret + ",ssl=maybe")]
    [InlineData(",,,")]
    [InlineData("localhost:port")]
    public void What_is_no_configuration_is_told_so_and_not_repeated(string configuration) =>
        Failure(options => options.Configuration = configuration).Should().Contain("Configuration is no configuration of StackExchange.Redis").And.Contain("host:port").And.NotContain(Secret);

    [Theory]
    [InlineData("redis://:" + Secret + "@localhost:6379")]
    [InlineData("rediss://user:" + Secret + "@localhost")]
    [InlineData("user:" + Secret + "@localhost:6379")]
    public void An_address_with_a_password_in_it_is_no_host(string configuration) =>
        Failure(options => options.Configuration = configuration).Should().Contain("Configuration is no configuration of StackExchange.Redis").And.NotContain(Secret);

    [Fact]
    public void What_the_client_cannot_even_parse_is_told_as_the_rest_is() =>
        Failure(options => options.Configuration = "localhost,tunnel=x").Should().Contain("Configuration is no configuration of StackExchange.Redis");

    [Fact]
    public void A_channel_prefix_is_told_to_be_a_key_prefix() =>
        Failure(options => options.Configuration = "localhost,password=" + Secret + ",channelPrefix=app:").Should().Contain("channelPrefix").And.Contain("KeyPrefix").And.NotContain(Secret);

    [Theory]
    [InlineData("localhost")]
    [InlineData("localhost:6379")]
    [InlineData("a:1,b:2,password=x")]
    [InlineData("[::1]:6379,ssl=true")]
    [InlineData("sentinel:26379,serviceName=main,password=a=b")]
    public void What_the_client_reads_is_a_configuration(string configuration) => Validate(options => options.Configuration = configuration).Succeeded.Should().BeTrue();

    [Theory]
    [InlineData("")]
    [InlineData("a{b")]
    [InlineData("a}b")]
    [InlineData("{presence}")]
    [InlineData("a b")]
    [InlineData("a\n")]
    [InlineData("*")]
    [InlineData("é")]
    [InlineData("😀")]
    [InlineData(null)]
    public void A_prefix_of_other_characters_is_shown_with_what_it_may_have(string? prefix) =>
        Failure(options => options.KeyPrefix = prefix!).Should().Contain($"KeyPrefix is \"{prefix}\"").And.Contain("letters, digits and . _ - :").And.Contain("Braces");

    [Fact]
    public void A_prefix_has_at_most_100_characters()
    {
        Validate(options => options.KeyPrefix = new string('a', 100)).Succeeded.Should().BeTrue();
        Failure(options => options.KeyPrefix = new string('a', 101)).Should().Contain("1 to 100");
        Validate(options => options.KeyPrefix = "My-app_1.0:presence").Succeeded.Should().BeTrue();
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(49)]
    [InlineData(60_001)]
    public void A_request_timeout_beyond_its_limits_is_told_with_them(int milliseconds) =>
        Failure(options => options.RequestTimeout = TimeSpan.FromMilliseconds(milliseconds)).Should().Contain("RequestTimeout").And.Contain("50 ms to 1 min");

    [Theory]
    [InlineData(50)]
    [InlineData(60_000)]
    public void A_request_timeout_at_its_limits_is_valid(int milliseconds) =>
        Validate(options => options.RequestTimeout = TimeSpan.FromMilliseconds(milliseconds)).Succeeded.Should().BeTrue();

    [Theory]
    [InlineData(0)]
    [InlineData(119)]
    [InlineData((366 * 24 * 60) + 1)]
    public void A_lifetime_beyond_its_limits_is_told_with_them(int minutes) =>
        Failure(options => options.KeyLifetime = TimeSpan.FromMinutes(minutes)).Should().Contain("KeyLifetime").And.Contain("two hours to a year");

    [Theory]
    [InlineData(120)]
    [InlineData(365 * 24 * 60)]
    public void A_lifetime_at_its_limits_is_valid(int minutes) => Validate(options => options.KeyLifetime = TimeSpan.FromMinutes(minutes)).Succeeded.Should().BeTrue();

    [Fact]
    public void All_that_is_wrong_is_said_at_once() => Validate(options =>
    {
        options.Configuration = null;
        options.KeyPrefix = "{}";
        options.RequestTimeout = TimeSpan.Zero;
        options.KeyLifetime = TimeSpan.Zero;
    }).Failures.Should().HaveCount(4);

    private static Task<IConnectionMultiplexer> Factory(IServiceProvider services) => throw new InvalidOperationException("Nobody connects here.");

    private static ValidateOptionsResult Validate(Action<RedisPresenceOptions> change)
    {
        var options = new RedisPresenceOptions { Configuration = "localhost:6379" };
        change(options);
        return new RedisPresenceOptionsValidator().Validate(null, options);
    }

    private static string Failure(Action<RedisPresenceOptions> change) => Validate(change).Failures.Should().ContainSingle().Which;
}
