using System.Diagnostics;
using System.Globalization;
using FluentAssertions;
using Xunit;

namespace Djust.Presence.Redis.Tests.Hosting;

public sealed class FaultProxyTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(200);

    [Fact]
    public async Task A_delay_is_added_in_each_direction()
    {
        await using var proxy = FaultProxy.Start(redis.Server.Port);
        using var client = await RespClient.ConnectAsync(proxy.Port);
        await client.CommandAsync("PING");

        proxy.Delay(TimeSpan.FromMilliseconds(100));
        (await MeasureAsync(client)).Should().BeGreaterThanOrEqualTo(TimeSpan.FromMilliseconds(200));

        proxy.Delay(TimeSpan.Zero, Direction.ToServer);
        (await MeasureAsync(client)).Should().BeGreaterThanOrEqualTo(TimeSpan.FromMilliseconds(100));
    }

    [Fact]
    public async Task A_delay_that_ends_ends_for_what_waits()
    {
        await using var proxy = FaultProxy.Start(redis.Server.Port);
        using var client = await RespClient.ConnectAsync(proxy.Port);

        proxy.Delay(TimeSpan.FromHours(1), Direction.ToServer);
        await client.SendAsync("ECHO", "delayed");
        await Eventually.TrueAsync(() => proxy.PendingBytes(Direction.ToServer) > 0, "the command is in the proxy");
        proxy.Heal();

        (await client.ReadAsync()).Should().Be("delayed");
    }

    [Fact]
    public async Task A_black_hole_to_the_server_keeps_commands_until_it_is_healed()
    {
        await using var proxy = FaultProxy.Start(redis.Server.Port);
        using var client = await RespClient.ConnectAsync(proxy.Port);

        proxy.BlackHole(Direction.ToServer);
        await client.SendAsync("RPUSH", "hold", "1");
        await Eventually.TrueAsync(() => proxy.PendingBytes(Direction.ToServer) > 0, "the command is in the proxy");
        (await RespClient.CommandAsync(redis.Server.Port, "LLEN", "hold")).Should().Be("0");
        proxy.Heal();

        (await client.ReadAsync()).Should().Be("1");
    }

    [Fact]
    public async Task A_black_hole_to_the_client_lets_commands_through()
    {
        await using var proxy = FaultProxy.Start(redis.Server.Port);
        using var client = await RespClient.ConnectAsync(proxy.Port);

        proxy.BlackHole(Direction.ToClient);
        await client.SendAsync("SET", "one way", "yes");
        await Eventually.TrueAsync(async () => await RespClient.CommandAsync(redis.Server.Port, "GET", "one way") == "yes", "the command was run");
        var answer = client.ReadAsync();
        var early = () => answer.WaitAsync(Moment);
        await early.Should().ThrowAsync<TimeoutException>();
        proxy.Heal();

        (await answer).Should().Be("OK");
    }

    [Theory]
    [InlineData(Direction.ToServer)]
    [InlineData(Direction.ToClient)]
    public async Task All_that_was_held_comes_in_its_order_and_the_proxy_takes_no_more_than_it_has_room_for(Direction direction)
    {
        const int Commands = 40;
        var padding = new string('x', 1024 * 1024);
        await using var proxy = FaultProxy.Start(redis.Server.Port);
        using var client = await RespClient.ConnectAsync(proxy.Port);

        proxy.BlackHole(direction);
        var sending = SendAllAsync();
        await Eventually.TrueAsync(() => proxy.PendingBytes(direction) > 4_000_000, "the proxy is full");
        if (direction == Direction.ToClient)
        {
            // The server has room for all its answers, and the proxy leaves them there.
            await sending;
        }

        proxy.PendingBytes(direction).Should().BeLessThan(5_000_000);
        proxy.Heal();

        for (var number = 0; number < Commands; number++)
        {
            (await client.ReadAsync()).Should().Be(padding + Text(number));
        }

        await sending;

        async Task SendAllAsync()
        {
            for (var number = 0; number < Commands; number++)
            {
                await client.SendAsync("ECHO", padding + Text(number));
            }
        }
    }

    [Fact]
    public async Task What_was_dropped_is_lost_with_its_connection()
    {
        await using var proxy = FaultProxy.Start(redis.Server.Port);
        using var unlucky = await RespClient.ConnectAsync(proxy.Port);
        using var idle = await RespClient.ConnectAsync(proxy.Port);
        await idle.CommandAsync("PING");

        proxy.BlackHole(Direction.ToServer, drop: true);
        await unlucky.SendAsync("SET", "dropped", "yes");
        await Eventually.TrueAsync(() => proxy.LostBytes(Direction.ToServer) > 0, "the command was dropped");
        proxy.Connections.Should().Be(2);
        proxy.Heal();

        var reading = unlucky.ReadAsync;
        await reading.Should().ThrowAsync<IOException>();
        (await RespClient.CommandAsync(redis.Server.Port, "GET", "dropped")).Should().BeEmpty();
        (await idle.CommandAsync("PING")).Should().Be("PONG");
    }

    [Fact]
    public async Task The_server_does_not_learn_through_a_black_hole_that_a_client_is_gone()
    {
        await using var proxy = FaultProxy.Start(redis.Server.Port);
        string id;
        using (var client = await RespClient.ConnectAsync(proxy.Port))
        {
            id = await client.CommandAsync("CLIENT", "ID");
            proxy.BlackHole(Direction.Both);
        }

        (await ClientsAsync()).Should().Contain($"id={id} ");
        proxy.Heal();
        await Eventually.TrueAsync(async () => !(await ClientsAsync()).Contains($"id={id} ", StringComparison.Ordinal), "the server knows it");
        await Eventually.TrueAsync(() => proxy.Connections == 0, "the proxy has closed its own");

        Task<string> ClientsAsync() => RespClient.CommandAsync(redis.Server.Port, "CLIENT", "LIST");
    }

    [Fact]
    public async Task A_cut_closes_what_is_open_and_nothing_else()
    {
        await using var proxy = FaultProxy.Start(redis.Server.Port);
        using var before = await RespClient.ConnectAsync(proxy.Port);
        await before.CommandAsync("PING");

        proxy.CutAll();

        var asking = () => before.CommandAsync("PING");
        await asking.Should().ThrowAsync<IOException>();
        (await RespClient.CommandAsync(proxy.Port, "PING")).Should().Be("PONG");
        proxy.Accepted.Should().Be(2);
    }

    [Fact]
    public async Task A_proxy_that_refuses_serves_who_is_connected_already()
    {
        await using var proxy = FaultProxy.Start(redis.Server.Port);
        using var before = await RespClient.ConnectAsync(proxy.Port);
        await before.CommandAsync("PING");

        proxy.Refuse();
        var asking = () => RespClient.CommandAsync(proxy.Port, "PING");
        await asking.Should().ThrowAsync<IOException>();
        (await before.CommandAsync("PING")).Should().Be("PONG");
        proxy.Heal();

        (await RespClient.CommandAsync(proxy.Port, "PING")).Should().Be("PONG");
    }

    [Fact]
    public async Task Without_a_server_connections_are_closed()
    {
        await using var proxy = FaultProxy.Start(FreePort.Take());

        var asking = () => RespClient.CommandAsync(proxy.Port, "PING");

        await asking.Should().ThrowAsync<IOException>();
    }

    [Fact]
    public async Task A_real_client_comes_back_through_the_proxy()
    {
        await using var proxy = FaultProxy.Start(redis.Server.Port);
        await using var multiplexer = await Multiplexer.ConnectAsync(proxy.Endpoint);
        var accepted = proxy.Accepted;

        proxy.CutAll();

        await Eventually.TrueAsync(() => proxy.Accepted > accepted && multiplexer.IsConnected, "the client is connected again");
        await multiplexer.GetDatabase().PingAsync();
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static async Task<TimeSpan> MeasureAsync(RespClient client)
    {
        var started = Stopwatch.GetTimestamp();
        await client.CommandAsync("PING");
        return Stopwatch.GetElapsedTime(started);
    }
}
