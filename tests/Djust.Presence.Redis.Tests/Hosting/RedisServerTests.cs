using FluentAssertions;
using Xunit;

namespace Djust.Presence.Redis.Tests.Hosting;

public sealed class RedisServerTests
{
    [Fact]
    public async Task A_restarted_server_is_empty_and_on_the_same_port()
    {
        await using var server = await RedisServer.StartAsync();
        var port = server.Port;
        using var client = await RespClient.ConnectAsync(port);
        await client.CommandAsync("SET", "key", "value");

        await server.RestartAsync();

        server.Port.Should().Be(port);
        (await RespClient.CommandAsync(port, "GET", "key")).Should().BeEmpty();
    }

    [Fact]
    public async Task A_client_finds_a_restarted_server_again_by_itself()
    {
        await using var server = await RedisServer.StartAsync();
        await using var redis = await Multiplexer.ConnectAsync(server.Endpoint);

        await server.KillAsync();
        await Eventually.TrueAsync(() => !redis.IsConnected, "the client has seen that the server is gone");
        await server.RestartAsync();

        await Eventually.TrueAsync(() => redis.IsConnected, "the client is connected again");
        await redis.GetDatabase().PingAsync();
    }

    [Fact]
    public async Task A_killed_server_takes_no_connections()
    {
        await using var server = await RedisServer.StartAsync();

        await server.KillAsync();

        var connecting = () => RespClient.ConnectAsync(server.Port);
        await connecting.Should().ThrowAsync<IOException>();
    }

    [Fact]
    public async Task A_paused_server_answers_when_it_goes_on()
    {
        await using var server = await RedisServer.StartAsync();
        using var client = await RespClient.ConnectAsync(server.Port);

        await server.PauseAsync();
        var answer = client.CommandAsync("PING");
        var early = () => answer.WaitAsync(TimeSpan.FromMilliseconds(200));
        await early.Should().ThrowAsync<TimeoutException>();
        await server.ResumeAsync();

        (await answer).Should().Be("PONG");
    }

    [Fact]
    public async Task A_paused_server_can_be_restarted()
    {
        await using var server = await RedisServer.StartAsync();

        await server.PauseAsync();
        await server.RestartAsync();

        (await RespClient.CommandAsync(server.Port, "PING")).Should().Be("PONG");
    }

    [Fact]
    public async Task Arguments_are_passed_on()
    {
        await using var server = await RedisServer.StartAsync(0, "--maxmemory", "12345678");

        (await RespClient.CommandAsync(server.Port, "INFO", "memory")).Should().Contain("maxmemory:12345678");
    }

    [Fact]
    public async Task A_port_that_is_taken_is_told_by_what_the_server_wrote()
    {
        await using var server = await RedisServer.StartAsync();

        var starting = () => RedisServer.StartAsync(server.Port);

        await starting.Should().ThrowAsync<InvalidOperationException>().WithMessage("*Address already in use*");
    }
}
