using Djust.Presence.Tests.Hosting;
using FluentAssertions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Djust.Presence.Tests.Hubs;

/// <summary>There are many ways out, and behind each of them the user has left, once.</summary>
public sealed class EndOfConnectionTests
{
    private const string Key = "document:42";

    public enum WayOut
    {
        Untrack,
        Close,
        Abort,
        Silence,
    }

    [Theory]
    [InlineData(WayOut.Untrack)]
    [InlineData(WayOut.Close)]
    [InlineData(WayOut.Abort)]
    [InlineData(WayOut.Silence)]
    public async Task However_a_connection_ends_its_user_leaves_once(WayOut way)
    {
        await using var server = await PresenceServer.StartAsync(
            app => app.MapHub<DocumentHub>("/hubs/document/{docId}"),
            builder =>
            {
                // Of a half-open connection nobody hears, until SignalR misses its pings. Presence's own timeout is not to help here.
                var signalR = builder.Services.AddSignalR(options => options.ClientTimeoutInterval = TimeSpan.FromSeconds(way == WayOut.Silence ? 1 : 600));
                signalR.AddPresence(options => (options.LeaveGracePeriod, options.PresenceTimeout) = (TimeSpan.Zero, TimeSpan.FromHours(1)));
            });
        await using var watched = new WatchedChanges(server, Key);
        const string Path = "/hubs/document/42?name=Ada";
        if (way is WayOut.Abort or WayOut.Silence)
        {
            using var raw = await RawClient.ConnectAsync(server, Path);
            await Eventually.TrueAsync(() => watched.Seen.Contains((PresenceChangeKind.Join, "Ada")), "she is there");
            if (way == WayOut.Abort)
            {
                raw.Dispose();
            }
            else
            {
                // SignalR misses the pings of those only who have sent one.
                await raw.SendAsync("""{"type":6}""");
            }

            await HasLeftAsync(watched);
        }
        else
        {
            await using var client = await PresenceClient.ConnectAsync(server, Path);
            await client.StateAsync();
            await (way == WayOut.Untrack ? client.Connection.InvokeAsync("Untrack") : client.Connection.StopAsync());
            await HasLeftAsync(watched);
        }

        await Eventually.TrueAsync(() => server.Services.GetRequiredService<ConnectionRegistry>().Count == 0, "no connection is left over");
        (await server.Manager.PresenceCountAsync(Key)).Should().Be(0);

        // What comes later than a second leave would.
        await server.Manager.JoinPresenceAsync(Key, "end", new { name = "End" });
        await Eventually.TrueAsync(() => watched.Seen.Contains((PresenceChangeKind.Join, "End")), "the end is seen");
        watched.Seen.Should().Equal((PresenceChangeKind.Join, "Ada"), (PresenceChangeKind.Leave, "Ada"), (PresenceChangeKind.Join, "End"));
    }

    private static Task HasLeftAsync(WatchedChanges watched) =>
        Eventually.TrueAsync(() => watched.Seen.Contains((PresenceChangeKind.Leave, "Ada")), "she has left");
}
