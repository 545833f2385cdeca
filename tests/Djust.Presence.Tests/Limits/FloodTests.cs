using System.Net.WebSockets;
using Djust.Presence.Tests.Hosting;
using FluentAssertions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Djust.Presence.Tests.Limits;

/// <summary>Floods over real connections; the server's clock moves when a test says so.</summary>
public sealed class FloodTests
{
    private const string Ping = """{"type":6}""";
    private const string Unknown = """{"type":1,"target":"NoSuchMethod","arguments":[]}""";
    private const string Move = """{"type":1,"target":"CursorMove","arguments":[0.5,0.5]}""";
    private const string Nonsense = """{"type":1,"target":"CursorMove","arguments":["x",{}]}""";

    [Theory]
    [InlineData(Ping)]
    [InlineData(Unknown)]
    [InlineData(Move)]
    [InlineData(Nonsense)]
    public async Task Whoever_floods_for_long_is_ended_and_nobody_else_notices(string message)
    {
        var (time, log) = (new FakeTimeProvider(DateTimeOffset.UtcNow), new FakeLogCollector());
        await using var server = await StartAsync(time, log);
        await using var honest = await PresenceClient.ConnectAsync(server, "/hubs/board/1");
        using var hostile = await RawClient.ConnectAsync(server, "/hubs/board/1");
        hostile.StartReading();
        await Eventually.TrueAsync(() => Advance(time, honest.Joins.Any()), "both are there");

        using var stop = new CancellationTokenSource();
        var flood = FloodAsync(hostile, string.Concat(Enumerable.Repeat(message + "\u001e", 99)) + message, stop.Token);
        await Eventually.TrueAsync(
            async () =>
            {
                // Answered each time, so that the clock runs no faster than the server.
                await honest.Connection.InvokeAsync("PresenceHeartbeat");
                return Advance(time, honest.Leaves.Any(), milliseconds: 20);
            },
            "the flood is ended",
            TimeSpan.FromMinutes(2));
        await stop.CancelAsync();
        await flood;

        log.GetSnapshot().Should().ContainSingle(record => record.Id.Id == 70).Which.Level.Should().Be(LogLevel.Warning);
        await honest.Connection.InvokeAsync("Track", "Still here");
        (await server.Manager.ListPresencesAsync("board:1")).Single()["name"].Should().Be("Still here");
        log.GetSnapshot().Where(record => record.Level >= LogLevel.Error).Should().BeEmpty();
    }

    [Fact]
    public async Task A_thousand_refused_calls_are_answered_one_by_one_at_the_rate()
    {
        var (time, log) = (new FakeTimeProvider(DateTimeOffset.UtcNow), new FakeLogCollector());
        await using var server = await StartAsync(time, log);
        await using var client = await PresenceClient.ConnectAsync(server, "/hubs/board/1");
        var calls = Enumerable.Range(0, 60).Select(_ => client.Connection.InvokeAsync<object>("PresenceSync", "nowhere")).ToArray();
        await Eventually.TrueAsync(() => calls.Count(call => call.IsFaulted) == 20, "as many as may be refused at once are");
        await Eventually.TrueAsync(() => Advance(time, calls.All(call => call.IsFaulted), milliseconds: 10), "the others follow");
        client.Connection.State.Should().Be(HubConnectionState.Connected);
    }

    [Fact]
    public async Task Tracking_anew_in_a_large_room_waits_for_the_rooms_turn()
    {
        var (time, log) = (new FakeTimeProvider(DateTimeOffset.UtcNow), new FakeLogCollector());
        await using var server = await StartAsync(time, log);
        await using var client = await PresenceClient.ConnectAsync(server, "/hubs/board/1");
        await using var other = await PresenceClient.ConnectAsync(server, "/hubs/board/2");
        await client.Connection.InvokeAsync("PresenceHeartbeat");
        var room = server.Services.GetRequiredService<RoomRegistry>().Find("board:1")!;
        while (room.Size < 2_400)
        {
            room.Add(new Deaf(), owner: null);
        }

        await StopAtAsync(time, 5, other, [.. Enumerable.Range(0, 10).Select(i => client.Connection.InvokeAsync("Track", $"name {i}"))]);
    }

    [Fact]
    public async Task On_an_overloaded_server_changes_that_have_to_wait_are_answered_at_a_rate()
    {
        var (time, log) = (new FakeTimeProvider(DateTimeOffset.UtcNow), new FakeLogCollector());
        await using var server = await StartAsync(time, log, updatesPerSecond: 1);
        await using var client = await PresenceClient.ConnectAsync(server, "/hubs/board/1");
        await using var other = await PresenceClient.ConnectAsync(server, "/hubs/board/2");
        server.Services.GetRequiredService<NodeIntake>().Watch();
        time.Advance(TimeSpan.FromMilliseconds(550));
        
        // One is made, and of two it is said at once that they have to wait.
        await StopAtAsync(time, 3, other, [.. Enumerable.Range(0, 6).Select(i => client.Connection.InvokeAsync("Rename", $"name {i}"))]);
    }

    /// <summary>So many calls are answered at once, the others as time goes by; meanwhile others are answered.</summary>
    private static async Task StopAtAsync(FakeTimeProvider time, int atOnce, PresenceClient other, Task[] calls)
    {
        await Eventually.TrueAsync(() => calls.Count(call => call.IsCompletedSuccessfully) >= atOnce, "as many as may be made at once are");

        // Few enough that it does not count as loud: the clock stands.
        for (var i = 0; i < 4; i++)
        {
            await other.Connection.InvokeAsync("PresenceHeartbeat");
        }

        calls.Count(call => call.IsCompleted).Should().Be(atOnce);
        await Eventually.TrueAsync(() => Advance(time, Array.TrueForAll(calls, call => call.IsCompletedSuccessfully), milliseconds: 10), "the others follow");
    }

    private static bool Advance(FakeTimeProvider time, bool until, int milliseconds = 50)
    {
        if (!until)
        {
            time.Advance(TimeSpan.FromMilliseconds(milliseconds));
        }

        return until;
    }

    private static async Task FloodAsync(RawClient client, string messages, CancellationToken stop)
    {
        try
        {
            while (!stop.IsCancellationRequested)
            {
                await client.SendAsync(messages).WaitAsync(stop);
            }
        }
        catch (Exception e) when (e is WebSocketException or IOException or OperationCanceledException)
        {
            // The server has ended it, which is what the test is about, or the test is over.
        }
    }

    private static Task<PresenceServer> StartAsync(FakeTimeProvider time, FakeLogCollector log, int updatesPerSecond = 10) => PresenceServer.StartAsync(
        app => app.MapHub<PointerHub>("/hubs/board/{id}"),
        builder =>
        {
            builder.Services.AddSingleton<TimeProvider>(time);
            builder.Services.AddSingleton<ILoggerProvider>(new FakeLoggerProvider(log));
            builder.Services.AddSignalR().AddPresence(options => (options.MessagesPerSecond, options.CursorMovesPerSecond, options.UpdatesPerSecond) = (200, 120, updatesPerSecond));
        });

    /// <summary>A connection that nothing is sent to.</summary>
    private sealed class Deaf : IConnectionWriter
    {
        public ValueTask WriteAsync(RoomMessage message) => ValueTask.CompletedTask;

        public object? Argument(RoomMessage message) => null;
    }
}
