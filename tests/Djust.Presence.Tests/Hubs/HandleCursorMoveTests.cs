using System.Collections.Concurrent;
using Djust.Presence.Tests.Hosting;
using FluentAssertions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Xunit;

namespace Djust.Presence.Tests.Hubs;

/// <summary>What an application does with moves, and clients that move faster than they may.</summary>
public sealed class HandleCursorMoveTests : IAsyncLifetime, IDisposable
{
    private const int PerSecond = 40;

    private readonly GridHub.Log _log = new();
    private readonly FakeLoggerProvider _logs = new();
    private PresenceServer _server = null!;

    public async Task InitializeAsync() => _server = await PresenceServer.StartAsync(
        app =>
        {
            app.MapHub<GridHub>("/grids/{id}");
            app.MapHub<PointerHub>("/boards/{id}");
            app.MapHub<SlowHub>("/slow/{id}");
        },
        builder =>
        {
            builder.Services.AddSingleton(_log);
            builder.Logging.AddProvider(_logs);
            builder.Services.AddSignalR().AddPresence(options => options.CursorMovesPerSecond = PerSecond);
        });

    public async Task DisposeAsync() => await _server.DisposeAsync();

    public void Dispose() => _logs.Dispose();

    [Fact]
    public async Task The_application_may_change_refuse_or_fail_at_a_move()
    {
        await using var ada = await ConnectAsync("/grids/1");
        await using var bob = await ConnectAsync("/grids/1");
        await ada.Connection.InvokeAsync("CursorMove", 0.9, 2.2);
        await Eventually.TrueAsync(() => bob.Cursors.Values.Contains((1, 2)), "it snaps to the grid");
        await ada.Connection.InvokeAsync("CursorMove", -5.0, 0.0);
        var fails = () => ada.Connection.InvokeAsync("CursorMove", 13.0, 0.0);
        (await fails.Should().ThrowAsync<HubException>()).Which.Message.Should().NotContain("unlucky");
        await ada.Connection.InvokeAsync("CursorMove", 3.1, 0.0);
        await Eventually.TrueAsync(() => bob.Cursors.Values.Contains((3, 0)), "it goes on");
        bob.Frames.SelectMany(CursorFrames.Moves).Should().OnlyContain(move => move.X == 1 || move.X == 3);
    }

    [Theory]
    [InlineData("/grids/1")]
    [InlineData("/boards/1")]
    public async Task A_client_that_moves_far_too_fast_is_taken_at_the_rate_and_its_last_position_arrives(string path)
    {
        await using var ada = await ConnectAsync(path);
        await using var bob = await ConnectAsync(path);
        var started = TimeProvider.System.GetTimestamp();
        for (var i = 1; i <= 1_500; i++)
        {
            await ada.Connection.SendAsync("CursorMove", i + 0.0, 7.0);
        }

        await Eventually.TrueAsync(() => bob.Cursors.GetValueOrDefault(ada.SelfRef) == (1_500, 7), "the last position arrives");
        var elapsed = TimeProvider.System.GetElapsedTime(started);
        ada.Connection.State.Should().Be(HubConnectionState.Connected);
        var most = (elapsed.TotalSeconds * PerSecond) + (PerSecond / 10.0) + 1;
        bob.Frames.Count().Should().BeLessThanOrEqualTo((int)most);
        bob.Frames.SelectMany(CursorFrames.Moves).Select(move => move.X).Should().BeInAscendingOrder();
        if (path.StartsWith("/grids", StringComparison.Ordinal))
        {
            _log.Handled.Count.Should().BeLessThanOrEqualTo((int)most);
            _log.Handled.Last().Should().Be(1_500);
        }
    }

    [Fact]
    public async Task A_late_move_that_the_application_fails_at_is_logged_and_the_next_ones_are_taken()
    {
        await using var ada = await ConnectAsync("/grids/1");
        await using var bob = await ConnectAsync("/grids/1");
        await Eventually.TrueAsync(
            async () =>
            {
                // Whether a move is late depends on how fast these come.
                for (var i = 0; i < 20; i++)
                {
                    await ada.Connection.SendAsync("CursorMove", 13.0, 0.0);
                }

                return _logs.Collector.GetSnapshot().Any(record => record.Id.Id == 42);
            },
            "it is logged");
        await ada.Connection.InvokeAsync("CursorMove", 6.0, 0.0);
        await Eventually.TrueAsync(() => bob.Cursors.Values.Contains((6, 0)), "the next one is taken");
    }

    [Fact]
    public async Task A_late_move_that_takes_long_does_not_come_after_a_newer_one()
    {
        await using var ada = await ConnectAsync("/slow/1");
        await using var bob = await ConnectAsync("/slow/1");
        // The first that is late waits in the application, on a hub of its own.
        var last = 0;
        await Eventually.TrueAsync(
            async () =>
            {
                for (var i = 0; i < 20; i++)
                {
                    await ada.Connection.SendAsync("CursorMove", ++last + 0.0, 0.0);
                }

                return SlowHub.Waiting;
            },
            "the late one has begun");

        // Long enough for its rate to allow some more.
        var started = TimeProvider.System.GetTimestamp();
        await Eventually.TrueAsync(
            async () =>
            {
                await ada.Connection.InvokeAsync("CursorMove", ++last + 0.0, 0.0);
                return TimeProvider.System.GetElapsedTime(started).TotalSeconds * PerSecond > 3;
            },
            "it might have moved several times");
        SlowHub.Release.SetResult();
        await Eventually.TrueAsync(() => bob.Cursors.GetValueOrDefault(ada.SelfRef) == (last, 0), "the newest arrives");
        SlowHub.Noted.Should().BeInAscendingOrder();
    }

    [Fact]
    public async Task A_move_that_waits_for_its_turn_does_not_come_back_after_the_leave()
    {
        await using var bob = await ConnectAsync("/boards/1");
        for (var round = 0; round < 10; round++)
        {
            await using var ada = await ConnectAsync("/boards/1");
            for (var i = 0; i < 100; i++)
            {
                await ada.Connection.SendAsync("CursorMove", i + 0.0, 0.0);
            }

            await ada.Connection.InvokeAsync("Untrack");
            await Eventually.TrueAsync(() => bob.Leaves.Count() == round + 1, "Bob sees the leave");
        }

        await bob.Connection.InvokeAsync("Track", "Bob");
        await Eventually.TrueAsync(() => bob.Updates.Any(), "the room has flushed");
        bob.Cursors.Should().BeEmpty();
        _server.Services.GetRequiredService<RoomRegistry>().Find("board:1")!.Cursors.IsEmpty.Should().BeTrue();
    }

    private async Task<PresenceClient> ConnectAsync(string path)
    {
        var client = await PresenceClient.ConnectAsync(_server, path);
        await client.StateAsync();
        return client;
    }

    /// <summary>Takes its time for the first move that comes too fast and is handled later.</summary>
    public sealed class SlowHub : PointerHub
    {
        public static TaskCompletionSource Release { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public static bool Waiting { get; private set; }

        public static ConcurrentQueue<double> Noted { get; } = new();

        protected override async Task HandleCursorMoveAsync(double x, double y)
        {
            if (!Waiting && Clients is DetachedHubClients)
            {
                Waiting = true;
                await Release.Task;
            }

            Noted.Enqueue(x);
            await UpdateCursorPositionAsync(x, y);
        }
    }
}
