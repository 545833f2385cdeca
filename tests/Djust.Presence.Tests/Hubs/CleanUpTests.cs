using Djust.Presence.Tests.Hosting;
using FluentAssertions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Djust.Presence.Tests.Hubs;

/// <summary>Whatever ends a connection, and however badly: no ghost, and no lost event for others.</summary>
public sealed class CleanUpTests
{
    private static Task<PresenceServer> StartAsync(Action<PresenceOptions>? options = null) => PresenceServer.StartAsync(
        app =>
        {
            app.UseTestUsers();
            app.MapHub<DocumentHub>("/hubs/document/{docId}");
            app.MapHub<ThrowingHub>("/hubs/throwing/{docId}");
            app.MapHub<AbortingHub>("/hubs/aborting/{docId}");
        },
        options ?? (settings => settings.LeaveGracePeriod = TimeSpan.FromMilliseconds(50)));

    [Fact]
    public async Task An_OnConnectedAsync_that_throws_after_tracking_leaves_no_ghost()
    {
        await using var server = await StartAsync();
        await using var ada = await PresenceClient.ConnectAsync(server, "/hubs/document/42?name=Ada");
        await ada.StateAsync();
        for (var i = 0; i < 20; i++)
        {
            await using var thrown = await PresenceClient.ConnectAsync(server, "/hubs/throwing/42");
            await Eventually.TrueAsync(() => thrown.Connection.State == HubConnectionState.Disconnected, "the server closes the connection");
        }

        await Eventually.TrueAsync(async () => await server.Manager.PresenceCountAsync("document:42") == 1, "only Ada is there");

        // What comes later than anything of theirs.
        await ada.Connection.InvokeAsync("Rename", "Countess");
        await Eventually.TrueAsync(() => ada.Updates.Any(), "Ada has been told of all that was before");
        ada.Joins.Should().BeEquivalentTo(ada.Leaves);
    }

    [Fact]
    public async Task A_thousand_connections_aborted_while_they_track_leave_no_ghost_and_hurt_nobody()
    {
        await using var server = await StartAsync();
        await using var ada = await PresenceClient.ConnectAsync(server, "/hubs/document/42?name=Ada");
        await ada.StateAsync();
        await Parallel.ForEachAsync(Enumerable.Range(0, 1_000), new ParallelOptions { MaxDegreeOfParallelism = 20 }, async (_, _) =>
        {
            await using var aborted = await PresenceClient.ConnectAsync(server, "/hubs/aborting/42");
            await Eventually.TrueAsync(() => aborted.Connection.State == HubConnectionState.Disconnected, "the server aborts the connection");
        });

        // A client may see the end of its connection before its track is through.
        await Eventually.TrueAsync(() => server.Services.GetRequiredService<ConnectionRegistry>().Count == 1, "the server has seen the end of each");
        await Eventually.TrueAsync(async () => await server.Manager.PresenceCountAsync("document:42") == 1, "only Ada is there");
        await using var bob = await PresenceClient.ConnectAsync(server, "/hubs/document/42?name=Bob");
        await bob.StateAsync();
        bob.States.Single().GetProperty("count").GetInt32().Should().Be(2);
        await Eventually.TrueAsync(() => ada.Joins.Contains(bob.SelfId), "Ada still hears of others");
        ada.Joins.Except([bob.SelfId]).Should().BeEquivalentTo(ada.Leaves);
        await Eventually.TrueAsync(() => server.Services.GetRequiredService<ConnectionRegistry>().Count == 2, "no connection is left over");
    }

    [Fact]
    public async Task Tracking_after_the_connection_has_ended_is_refused()
    {
        await using var server = await StartAsync();
        var ended = await PresenceClient.ConnectAsync(server, "/hubs/document/42?name=Ada");
        await ended.StateAsync();
        var connection = server.Services.GetRequiredService<ConnectionRegistry>().All.Single();
        await ended.DisposeAsync();
        await Eventually.TrueAsync(() => connection.Closed, "the server has seen the end");
        var track = () => server.Services.GetRequiredService<PresenceTracker>().TrackAsync(connection, "document:42", "late", PresenceMeta.Empty);
        await track.Should().ThrowAsync<PresenceRefusedException>().WithMessage("*has ended*");
        await Eventually.TrueAsync(async () => await server.Manager.PresenceCountAsync("document:42") == 0, "nobody is left");
    }

    [Fact]
    public async Task A_stopping_node_takes_no_new_presences_and_leaves_nothing_behind()
    {
        await using var server = await StartAsync(options => options.LeaveGracePeriod = TimeSpan.FromMinutes(1));
        await using var ada = await PresenceClient.ConnectAsync(server, "/hubs/document/42?name=Ada");
        await ada.StateAsync();
        var node = server.Services.GetRequiredService<PresenceNode>();
        node.Drain();
        var track = () => ada.Connection.InvokeAsync("TrackIn", "document:other", new { });
        (await track.Should().ThrowAsync<HubException>()).WithMessage("*stopping*takes no new presences*");
        ada.Connection.State.Should().Be(HubConnectionState.Connected);
        var manager = server.Manager;
        await server.StopAsync();
        (await manager.PresenceCountAsync("document:42")).Should().Be(0);
        ((Backends.Memory.MemoryPresenceBackend)server.Services.GetRequiredService<Backends.IPresenceBackend>()).GroupCount.Should().Be(0);
    }

    [Fact]
    public async Task A_client_that_gives_no_sign_of_life_leaves_and_is_back_with_the_next_sign()
    {
        await using var server = await StartAsync(options =>
        {
            options.LeaveGracePeriod = TimeSpan.Zero;
            options.HeartbeatInterval = TimeSpan.FromMilliseconds(500);
            options.PresenceTimeout = TimeSpan.FromSeconds(1);
        });
        await using var observer = await PresenceClient.ConnectAsync(server, "/hubs/document/42?name=Observer");
        observer.Connection.KeepAliveInterval.Should().BeGreaterThan(TimeSpan.FromSeconds(1));
        await using var watched = new WatchedChanges(server, "document:42");
        using var silent = await RawClient.ConnectAsync(server, "/hubs/document/42?name=Silent");
        await Eventually.TrueAsync(
            async () =>
            {
                // The observer lives by what it sends, as any client does. Where the machine is slow it may lapse as well, and is told of
                // the other's leave by the state that it comes back with.
                await observer.Connection.InvokeAsync("PresenceHeartbeat");
                return watched.Seen.Contains((PresenceChangeKind.Leave, "Silent"))
                    && observer.Replay().Values.All(presence => presence.GetProperty("meta").GetProperty("name").GetString() != "Silent");
            },
            "the silent client leaves");
        await Eventually.TrueAsync(
            async () =>
            {
                // One sign may be too old already when the server looks for signs: on a slow machine that takes longer than its timeout.
                await silent.SendAsync("""{"type":6}""");
                await observer.Connection.InvokeAsync("PresenceHeartbeat");
                return (await server.Manager.ListPresencesAsync("document:42")).Any(presence => presence["name"] == "Silent");
            },
            "the client is back after its pings");
    }

    [PresenceKey("document:{docId}")]
    public sealed class ThrowingHub : PresenceHub
    {
        public override async Task OnConnectedAsync()
        {
            await TrackPresenceAsync(new { name = "Ghost" });
            throw new InvalidOperationException("The application failed.");
        }
    }

    [PresenceKey("document:{docId}")]
    public sealed class AbortingHub : PresenceHub
    {
        public override async Task OnConnectedAsync()
        {
            var track = TrackPresenceAsync(new { name = "Aborted" });
            Context.Abort();
            await track;
            await base.OnConnectedAsync();
        }
    }
}
