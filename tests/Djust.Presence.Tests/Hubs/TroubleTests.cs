using Djust.Presence.Backends;
using Djust.Presence.Tests.Hosting;
using FluentAssertions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Djust.Presence.Tests.Hubs;

/// <summary>Filters that fail, stores that are slow or lose answers, processes that pause, administrators who remove people.</summary>
public sealed class TroubleTests
{
    private static Task<PresenceServer> StartAsync(FaultyBackend? backend = null, IHubFilter? outer = null, Action<PresenceOptions>? options = null) => PresenceServer.StartAsync(
        app =>
        {
            app.UseTestUsers();
            app.MapHub<DocumentHub>("/hubs/document/{docId}");
            app.MapHub<WatcherHub>("/hubs/watch/{docId}");
        },
        builder =>
        {
            var signalR = builder.Services.AddSignalR(settings =>
            {
                if (outer is not null)
                {
                    settings.AddFilter(outer);
                }
            });
            signalR.AddPresence(options ?? (settings => settings.LeaveGracePeriod = TimeSpan.Zero));
            builder.Services.AddSingleton<IPresenceBackend>(backend ?? new FaultyBackend(TimeProvider.System));
        });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_filter_outside_of_ours_that_fails_leaves_no_ghost(bool onConnected)
    {
        await using var server = await StartAsync(outer: new FailingFilter(onConnected));
        var client = await PresenceClient.ConnectAsync(server, "/hubs/document/42");
        await Eventually.TrueAsync(() => client.States.Any() || client.Connection.State == HubConnectionState.Disconnected, "the hub has run");
        await client.DisposeAsync();
        await Eventually.TrueAsync(async () => await server.Manager.PresenceCountAsync("document:42") == 0, "nobody is listed");
        await Eventually.TrueAsync(() => server.Services.GetRequiredService<ConnectionRegistry>().Count == 0, "no connection is left over");
        await Eventually.TrueAsync(() => server.Services.GetRequiredService<RoomRegistry>().Count == 0, "no room is left over");
    }

    [Fact]
    public async Task A_removed_user_comes_back_neither_with_an_update_nor_by_being_asserted_anew()
    {
        // The removal reaches the room's clients late, and must be known before.
        await using var server = await StartAsync(options: options => options.BroadcastInterval = TimeSpan.FromSeconds(30));
        await using var eve = await PresenceClient.ConnectAsync(server, "/hubs/document/42?name=Eve", user: "eve");

        // A call is answered after OnConnectedAsync has ended. Its state may be half a minute late as well.
        await eve.Connection.InvokeAsync("Count");
        await server.Manager.LeavePresenceAsync("document:42", "eve");
        await server.Services.GetRequiredService<PresenceTracker>().ReassertAsync(server.Services.GetRequiredService<ConnectionRegistry>().All.Single());
        (await server.Manager.PresenceCountAsync("document:42")).Should().Be(0);
        var rename = () => eve.Connection.InvokeAsync("Rename", "Back");
        await rename.Should().ThrowAsync<HubException>();
        (await server.Manager.PresenceCountAsync("document:42")).Should().Be(0);
    }

    [Fact]
    public async Task A_leave_that_the_store_did_not_take_does_not_end_the_next_stay()
    {
        var backend = new FaultyBackend(TimeProvider.System);
        await using var server = await StartAsync(backend, options: options =>
            (options.LeaveGracePeriod, options.NodeHeartbeatInterval, options.NodeTimeout) = (TimeSpan.Zero, TimeSpan.FromHours(1), TimeSpan.FromHours(2)));
        await using var eve = await PresenceClient.ConnectAsync(server, "/hubs/document/42?name=Eve", user: "eve");
        await eve.StateAsync();
        var leaves = 0;
        backend.Before = request => request == "leave" && Interlocked.Increment(ref leaves) == 2 ? throw new IOException("The store is away.") : Task.CompletedTask;

        // Her removal is taken, and what her connection says of it is not.
        await server.Manager.RevokeAsync("document:42", "eve");
        var unsaid = server.Services.GetRequiredService<GraceQueue>();
        await Eventually.TrueAsync(() => unsaid.Count == 1, "it is to be said again");

        await eve.Connection.InvokeAsync("Track", new { name = "Eve" });

        unsaid.Count.Should().Be(0, "nothing is left that would end what has begun since");
        (await server.Manager.PresenceCountAsync("document:42")).Should().Be(1);
    }

    [Fact]
    public async Task Connections_whose_lease_was_lost_are_there_again_with_what_was_set_meanwhile()
    {
        var backend = new FaultyBackend(TimeProvider.System);
        await using var server = await StartAsync(backend, options: options =>
        {
            // The renewal is the test's to make.
            (options.LeaveGracePeriod, options.NodeHeartbeatInterval, options.NodeTimeout) = (TimeSpan.Zero, TimeSpan.FromHours(1), TimeSpan.FromHours(2));
            (options.HeartbeatInterval, options.PresenceTimeout) = (TimeSpan.FromHours(1), TimeSpan.FromHours(2));
        });
        await using var ada = await PresenceClient.ConnectAsync(server, "/hubs/document/42?name=Ada", user: "ada");
        await ada.StateAsync();
        await server.Manager.UpdatePresenceAsync("document:42", "ada", new { name = "Countess" });

        // As after a pause: another node has found the lease run out.
        var node = server.Services.GetRequiredService<PresenceNode>().Id;
        await foreach (var _ in backend.Store.ReleaseNodeAsync(node))
        {
        }

        (await server.Manager.PresenceCountAsync("document:42")).Should().Be(0);
        await server.Services.GetRequiredService<PresenceStore>().RenewLeaseAsync(CancellationToken.None);
        await Eventually.TrueAsync(async () => await server.Manager.PresenceCountAsync("document:42") == 1, "the connection is joined anew");
        await ada.Connection.InvokeAsync("Rename", "Ada again");
        await Eventually.TrueAsync(
            () => ada.Replay() is { Count: 1 } users && users.TryGetValue("ada", out var user) && user.GetRawText().Contains("Ada again", StringComparison.Ordinal),
            "the client's list is the server's");
    }

    [Fact]
    public async Task Asserting_a_connection_anew_does_not_undo_what_somebody_else_has_set()
    {
        await using var server = await StartAsync();
        await using var ada = await PresenceClient.ConnectAsync(server, "/hubs/document/42?name=Ada", user: "ada");
        await ada.StateAsync();
        await server.Manager.UpdatePresenceAsync("document:42", "ada", new { name = "Countess" });
        var connection = server.Services.GetRequiredService<ConnectionRegistry>().All.Single();
        await server.Services.GetRequiredService<PresenceTracker>().ReassertAsync(connection);
        (await server.Manager.ListPresencesAsync("document:42")).Single()["name"].Should().Be("Countess");
    }

    [Fact]
    public async Task While_a_join_is_on_its_way_its_client_hears_nothing_and_then_its_own_state_first()
    {
        var backend = new FaultyBackend(TimeProvider.System);
        await using var server = await StartAsync(backend);
        await using var watcher = await PresenceClient.ConnectAsync(server, "/hubs/watch/42");
        await watcher.StateAsync();
        var answers = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        backend.After = request => request == "join" ? answers.Task : Task.CompletedTask;
        await using var ada = await PresenceClient.ConnectAsync(server, "/hubs/document/42?name=Ada");
        await Eventually.TrueAsync(() => watcher.Joins.Any(), "the join is committed");
        backend.After = _ => Task.CompletedTask;
        for (var i = 0; i < 5; i++)
        {
            await server.Manager.JoinPresenceAsync("document:42", "user" + i);
        }

        await Eventually.TrueAsync(() => watcher.Joins.Count() == 6, "others are told of all");
        ada.Received.Should().BeEmpty();
        answers.SetResult();
        await ada.StateAsync();
        ada.Received.Should().ContainSingle();
        ada.SelfId.Should().StartWith("anon_");
        ada.Replay().Should().HaveCount(6);
    }

    [Fact]
    public async Task A_join_whose_answer_is_lost_ends_with_its_connection()
    {
        var backend = new FaultyBackend(TimeProvider.System) { After = request => request == "join" ? throw new TimeoutException() : Task.CompletedTask };
        await using var server = await StartAsync(backend);
        var ada = await PresenceClient.ConnectAsync(server, "/hubs/document/42?name=Ada");
        await Eventually.TrueAsync(() => ada.Connection.State == HubConnectionState.Disconnected, "the hub's OnConnectedAsync failed");
        await Eventually.TrueAsync(async () => await server.Manager.PresenceCountAsync("document:42") == 0, "no ghost is listed");
        await ada.DisposeAsync();
    }

    [Fact]
    public async Task A_leave_that_the_store_does_not_take_is_tried_again()
    {
        var backend = new FaultyBackend(TimeProvider.System);
        await using var server = await StartAsync(backend, options: options =>
        {
            options.LeaveGracePeriod = TimeSpan.Zero;
            options.NodeHeartbeatInterval = TimeSpan.FromMilliseconds(100);
        });
        var ada = await PresenceClient.ConnectAsync(server, "/hubs/document/42?name=Ada");
        await ada.StateAsync();
        var refused = 0;
        backend.Before = request => request == "leave" && Interlocked.Increment(ref refused) <= 3 ? throw new TimeoutException() : Task.CompletedTask;
        await ada.DisposeAsync();
        await Eventually.TrueAsync(async () => await server.Manager.PresenceCountAsync("document:42") == 0, "the leave comes through");
        refused.Should().BeGreaterThan(3);
    }

    [Fact]
    public async Task One_connection_that_cannot_be_tended_keeps_no_other_from_it()
    {
        var backend = new FaultyBackend(TimeProvider.System);
        await using var server = await StartAsync(backend);
        var clients = await Task.WhenAll(Enumerable.Range(0, 5).Select(i => PresenceClient.ConnectAsync(server, "/hubs/document/42", user: "user" + i)));
        await Task.WhenAll(clients.Select(client => client.StateAsync()));
        await foreach (var _ in backend.Store.ReleaseNodeAsync(server.Services.GetRequiredService<PresenceNode>().Id))
        {
        }

        await server.Services.GetRequiredService<PresenceStore>().RenewLeaseAsync(CancellationToken.None);
        var failed = 0;
        backend.Before = request => request == "join" && Interlocked.Increment(ref failed) <= 2 ? throw new TimeoutException() : Task.CompletedTask;
        await Eventually.TrueAsync(async () => await server.Manager.PresenceCountAsync("document:42") == 5, "all are there again, those that failed at the next try");
        foreach (var client in clients)
        {
            await client.DisposeAsync();
        }
    }

    [Fact]
    public async Task An_update_before_its_connection_is_asserted_anew_keeps_the_user()
    {
        var backend = new FaultyBackend(TimeProvider.System);
        await using var server = await StartAsync(backend);
        await using var ada = await PresenceClient.ConnectAsync(server, "/hubs/document/42?name=Ada", user: "ada");
        await ada.StateAsync();
        await foreach (var _ in backend.Store.ReleaseNodeAsync(server.Services.GetRequiredService<PresenceNode>().Id))
        {
        }

        // The renewal is known, the joins that follow it are not through yet.
        var scan = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var held = 0;
        backend.Before = request => request == "join" && Interlocked.Increment(ref held) == 1 ? scan.Task : Task.CompletedTask;
        await server.Services.GetRequiredService<PresenceStore>().RenewLeaseAsync(CancellationToken.None);
        var update = ada.Connection.InvokeAsync("Rename", "Ada again");
        scan.SetResult();
        await update;
        (await server.Manager.ListPresencesAsync("document:42")).Single()["name"].Should().Be("Ada again");
    }

    [Fact]
    public async Task A_connection_that_waits_stops_no_scan()
    {
        await using var server = await StartAsync();
        var clients = await Task.WhenAll(Enumerable.Range(0, 3).Select(i => PresenceClient.ConnectAsync(server, "/hubs/document/42", user: "user" + i)));
        await Task.WhenAll(clients.Select(client => client.StateAsync()));
        var registry = server.Services.GetRequiredService<ConnectionRegistry>();
        var stuck = registry.All.First();
        var free = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        var turn = stuck.InTurnAsync(() => free.Task);
        foreach (var connection in registry.All)
        {
            connection.NeedsReassert = true;
        }

        _ = server.Services.GetRequiredService<SilenceScanner>().ScanAsync();
        await Eventually.TrueAsync(() => registry.All.Count(connection => connection.NeedsReassert) == 1, "all others are tended");
        free.SetResult(true);
        await turn;
        await Eventually.TrueAsync(() => registry.All.All(connection => !connection.NeedsReassert), "and the last one when it can be");
        foreach (var client in clients)
        {
            await client.DisposeAsync();
        }
    }

    [Fact]
    public void Two_hubs_on_one_group_both_hear_of_its_joins_and_leaves()
    {
        var registry = new PresenceHubRegistry(new ServiceCollection().BuildServiceProvider());
        registry.Get(typeof(FirstHub));
        registry.Get(typeof(SecondHub));
        registry.Get(typeof(CallbackTests.CallbackHub));
        var presence = new Presence("shared:1", "ada", DateTimeOffset.UnixEpoch, PresenceMeta.Empty, [new PresenceConnection(1)]);
        var change = new PresenceChange { Key = "shared:1", Epoch = "e", Version = 1, Kind = PresenceChangeKind.Leave, Presence = presence, Hub = typeof(FirstHub).FullName };
        registry.Serving(change).Select(hub => hub.Type).Should().BeEquivalentTo([typeof(FirstHub), typeof(SecondHub)]);
    }

    [PresenceKey("shared:{id}")]
    public sealed class FirstHub : PresenceHub
    {
        protected override Task OnPresenceLeaveAsync(Presence presence) => Task.CompletedTask;
    }

    [PresenceKey("shared:{id}")]
    public sealed class SecondHub : PresenceHub
    {
        protected override Task OnPresenceLeaveAsync(Presence presence) => Task.CompletedTask;
    }

    private sealed class FailingFilter(bool onConnected) : IHubFilter
    {
        public async Task OnConnectedAsync(HubLifetimeContext context, Func<HubLifetimeContext, Task> next)
        {
            await next(context);
            if (onConnected)
            {
                throw new InvalidOperationException("The filter failed.");
            }
        }

        public Task OnDisconnectedAsync(HubLifetimeContext context, Exception? exception, Func<HubLifetimeContext, Exception?, Task> next) =>
            throw new InvalidOperationException("The filter failed and calls nobody.");
    }
}
