using Djust.Presence.Tests.Hosting;
using FluentAssertions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.SignalR.Client;
using Xunit;

namespace Djust.Presence.Tests.Delivery;

[Collection(MemoryCollection.Name)]
public sealed class SlowCursorClientTests
{
    [Fact]
    public async Task A_client_that_stops_reading_is_passed_over_and_gets_the_newest_positions_when_it_reads_again()
    {
        await using var server = await PresenceServer.StartAsync(
            app => app.MapHub<PointerHub>("/boards/{id}"),
            options => (options.BroadcastInterval, options.CursorMovesPerSecond, options.MessagesPerSecond) = (TimeSpan.FromMilliseconds(2), 10_000, 10_000));
        using var stuck = await RawClient.ConnectAsync(server, "/boards/1");
        await using var bob = await PresenceClient.ConnectAsync(server, "/boards/1");
        await using var ada = await PresenceClient.ConnectAsync(server, "/boards/1");
        await bob.StateAsync();
        await ada.StateAsync();
        await Eventually.TrueAsync(async () => await server.Manager.PresenceCountAsync("board:1") == 3, "the stuck client is there");
        (bob.CountsEventsOnly, ada.CountsEventsOnly) = (true, true);

        // More than pipes and socket buffers hold.
        var text = new string('x', 100_000);
        for (var i = 1; i <= 150; i++)
        {
            await server.Manager.BroadcastAsync("board:1", "fill", new { text });
            await Eventually.TrueAsync(() => bob.EventCount == i, "the reader got it");
        }

        var before = GC.GetTotalMemory(forceFullCollection: true);
        const int Moves = 2_000;
        for (var i = 1; i <= Moves; i++)
        {
            await ada.Connection.InvokeAsync("CursorMove", i + 0.0, 1.0);
        }

        await Eventually.TrueAsync(() => bob.Cursors.GetValueOrDefault(ada.SelfRef) == (Moves, 1), "the reader sees the last");
        bob.Frames.Count().Should().BeGreaterThan(20);
        (GC.GetTotalMemory(forceFullCollection: true) - before).Should().BeLessThan(5_000_000);

        stuck.StartReading();
        await Eventually.TrueAsync(() => stuck.Frames.SelectMany(CursorFrames.Moves).Any(move => move == (ada.SelfRef, Moves, 1)), "it gets the newest position");
        stuck.Frames.Count().Should().BeLessThan(20, "it was passed over");
    }
}
