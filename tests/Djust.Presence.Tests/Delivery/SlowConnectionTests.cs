using Djust.Presence.Tests.Hosting;
using FluentAssertions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.SignalR.Client;
using Xunit;

namespace Djust.Presence.Tests.Delivery;

[Collection(MemoryCollection.Name)]
public sealed class SlowConnectionTests
{
    [Fact]
    public async Task A_client_that_stops_reading_holds_up_nobody_and_costs_bounded_memory()
    {
        await using var server = await PresenceServer.StartAsync(app => app.MapHub<DocumentHub>("/hubs/document/{docId}"));
        var clients = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => PresenceClient.ConnectAsync(server, "/hubs/document/1?name=" + i)));
        await Task.WhenAll(clients.Select(client => client.StateAsync()));
        Array.ForEach(clients, client => client.CountsEventsOnly = true);
        using var stuck = await RawClient.ConnectAsync(server, "/hubs/document/1?name=Stuck");
        await Eventually.TrueAsync(async () => await server.Manager.PresenceCountAsync("document:1") == 51, "the stuck client is there");
        var before = GC.GetTotalMemory(forceFullCollection: true);

        // More than pipes and socket buffers hold. The readers are waited for now and then: this is about one slow client, not fifty.
        var text = new string('x', 20_000);
        const int Rounds = 500;
        for (var round = 1; round <= Rounds; round++)
        {
            await clients[round % 50].Connection.InvokeAsync("SetMeta", new { name = "n" + round });
            await server.Manager.BroadcastAsync("document:1", "tick", new { text });
            if (round % 25 == 0)
            {
                await Eventually.TrueAsync(() => clients.All(client => client.EventCount == round), "every reader got every event");
            }
        }

        foreach (var client in clients)
        {
            await Eventually.TrueAsync(() => client.Updates.Any(user => user.GetProperty("meta").GetProperty("name").GetString() == "n" + Rounds), "every reader got the last update");
            await client.DisposeAsync();
        }

        (GC.GetTotalMemory(forceFullCollection: true) - before).Should().BeLessThan(50_000_000);
    }
}
