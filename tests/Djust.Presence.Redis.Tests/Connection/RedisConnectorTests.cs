using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Djust.Presence.Redis.Tests.Connection;

/// <summary>Where a connection leads, as logs and health say it.</summary>
public sealed class RedisConnectorTests
{
    [Theory]
    [InlineData("localhost", "localhost:6379")]
    [InlineData("localhost:7000", "localhost:7000")]
    [InlineData("127.0.0.1,[::1],cache:7", "127.0.0.1:6379, [::1]:6379, cache:7")]
    [InlineData("cache,ssl=true", "cache:6380")]
    [InlineData("sentinel,other:7,serviceName=main", "sentinel:26379, other:7")]
    [InlineData("cache,user=ada,password=hunter2", "cache:6379")]
    public void A_port_that_is_not_given_is_shown_as_the_one_that_is_used(string configuration, string shown)
    {
        using var services = new ServiceCollection().BuildServiceProvider();

        new RedisConnector(new RedisPresenceOptions { Configuration = configuration }, services).Endpoints.Should().Be(shown);
    }
}
