using System.Collections.Concurrent;
using Djust.Presence.Tests.Hosting;
using FluentAssertions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Djust.Presence.Tests.Hubs;

public sealed class CallbackTests
{
    private static Task<PresenceServer> StartAsync(Journal journal, Action<PresenceOptions>? options = null) => PresenceServer.StartAsync(
        app =>
        {
            app.UseTestUsers();
            app.MapHub<CallbackHub>("/hubs/room/{id}");
        },
        builder =>
        {
            builder.Services.AddSingleton(journal);
            builder.Services.AddSignalR().AddPresence(options ?? (settings => settings.LeaveGracePeriod = TimeSpan.Zero));
        });

    [Fact]
    public async Task Each_change_runs_its_callback_once_whatever_the_number_of_connections()
    {
        var journal = new Journal();
        await using var server = await StartAsync(journal);
        var clients = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => PresenceClient.ConnectAsync(server, "/hubs/room/1", user: "ada")));
        await Task.WhenAll(clients.Select(client => client.StateAsync()));
        await clients[^1].Connection.InvokeAsync("Rename", "Countess");
        foreach (var client in clients[..^1])
        {
            await client.DisposeAsync();
        }

        // The ends of independent connections come in any order, and with that of the one that was renamed the name is another.
        await Eventually.TrueAsync(async () => (await server.Manager.ListPresencesAsync("room:1")).Single().Connections.Length == 1, "one tab is left");
        await clients[^1].DisposeAsync();
        await Eventually.TrueAsync(() => journal.Entries.Any(entry => entry.StartsWith("leave", StringComparison.Ordinal)), "the leave callback runs");
        journal.Entries.Should().Equal("join room:1 ada", "update room:1 ada", "leave room:1 ada");
    }

    [Fact]
    public async Task A_callback_can_broadcast_to_its_group()
    {
        await using var server = await StartAsync(new Journal());
        await using var ada = await PresenceClient.ConnectAsync(server, "/hubs/room/1", user: "ada");
        await ada.StateAsync();
        await Eventually.TrueAsync(() => ada.Events.Any(), "the callback's event arrives");
        ada.Events.First().GetProperty("event").GetString().Should().Be("joined");
        ada.Events.First().GetProperty("payload").GetProperty("id").GetString().Should().Be("ada");
        ada.Events.First().GetProperty("key").GetString().Should().Be("room:1");
    }

    [Fact]
    public async Task A_callback_that_throws_hurts_nobody()
    {
        var journal = new Journal();
        await using var server = await StartAsync(journal);
        await using var observer = await PresenceClient.ConnectAsync(server, "/hubs/room/1", user: "observer");
        await using var bad = await PresenceClient.ConnectAsync(server, "/hubs/room/1", user: "throws");
        await using var good = await PresenceClient.ConnectAsync(server, "/hubs/room/1", user: "good");
        await Eventually.TrueAsync(() => journal.Entries.Contains("join room:1 good"), "the callback after the one that threw runs");
        await Eventually.TrueAsync(async () => await server.Manager.PresenceCountAsync("room:1") == 3, "all are there");
        bad.Connection.State.Should().Be(HubConnectionState.Connected);
    }

    [Fact]
    public async Task A_callback_that_never_ends_holds_up_no_other_group()
    {
        var journal = new Journal();
        await using var server = await StartAsync(journal);
        await using var stuck = await PresenceClient.ConnectAsync(server, "/hubs/room/1", user: "hangs");
        await using var other = await PresenceClient.ConnectAsync(server, "/hubs/room/2", user: "other");
        await Eventually.TrueAsync(() => journal.Entries.Contains("join room:2 other"), "the other group's callback runs");
        journal.Release.SetResult();
    }

    [Fact]
    public async Task What_the_manager_joins_runs_the_callbacks_of_the_hub_whose_template_makes_the_key()
    {
        var journal = new Journal();
        await using var server = await StartAsync(journal);
        await server.Manager.JoinPresenceAsync("room:7", "bot", new { name = "Bot" });
        await server.Manager.JoinPresenceAsync("elsewhere:7", "bot");
        await server.Manager.UpdatePresenceAsync("room:7", "bot", new { name = "Robot" });
        await server.Manager.LeavePresenceAsync("room:7", "bot");
        await Eventually.TrueAsync(() => journal.Entries.Count == 3, "three callbacks run");
        journal.Entries.Should().Equal("join room:7 bot", "update room:7 bot", "leave room:7 bot");
    }

    [Fact]
    public async Task Callbacks_of_a_user_alternate_however_many_join_and_leave_at_once()
    {
        var journal = new Journal();
        await using var server = await StartAsync(journal);
        await Parallel.ForEachAsync(Enumerable.Range(0, 2_000), async (i, cancellationToken) =>
        {
            var user = "user" + (i % 3);
            await (i % 2 == 0
                ? server.Manager.JoinPresenceAsync("room:1", user, cancellationToken: cancellationToken)
                : (Task)server.Manager.LeavePresenceAsync("room:1", user, cancellationToken));
        });
        await server.Services.GetRequiredService<CallbackDispatcher>().WhenIdleAsync(CancellationToken.None);
        foreach (var ofUser in journal.Entries.GroupBy(entry => entry.Split(' ')[2]))
        {
            ofUser.Select((entry, index) => entry.StartsWith(index % 2 == 0 ? "join" : "leave", StringComparison.Ordinal)).Should().AllBeEquivalentTo(true);
        }
    }

    [Theory]
    [InlineData("e1", 7, "e1", 8)]
    [InlineData("e1", 7, "e2", 1)]
    public async Task A_leave_that_a_sweep_hands_out_late_comes_before_the_join_that_followed_it(string leaveEpoch, long leaveVersion, string joinEpoch, long joinVersion)
    {
        var journal = new Journal();
        await using var server = await StartAsync(journal);
        var dispatcher = server.Services.GetRequiredService<CallbackDispatcher>();
        var ada = new Presence("room:9", "ada", DateTimeOffset.UnixEpoch, PresenceMeta.Empty, [new PresenceConnection(1)]);
        using (dispatcher.HoldBack())
        {
            dispatcher.Enqueue(new PresenceChange { Key = "room:9", Epoch = joinEpoch, Version = joinVersion, Kind = PresenceChangeKind.Join, Presence = ada });
            dispatcher.Enqueue(new PresenceChange { Key = "room:9", Epoch = leaveEpoch, Version = leaveVersion, Kind = PresenceChangeKind.Leave, Presence = ada });
        }

        await dispatcher.WhenIdleAsync(CancellationToken.None);
        journal.Entries.Should().Equal("leave room:9 ada", "join room:9 ada");
    }

    public sealed class Journal
    {
        private readonly ConcurrentQueue<string> _entries = new();

        public IReadOnlyList<string> Entries => [.. _entries];

        public TaskCompletionSource Release { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Write(string entry) => _entries.Enqueue(entry);
    }

    [PresenceKey("room:{id}")]
    public sealed class CallbackHub(Journal journal) : PresenceHub
    {
        public override async Task OnConnectedAsync()
        {
            await TrackPresenceAsync();
            await base.OnConnectedAsync();
        }

        public Task Rename(string name) => UpdatePresenceAsync(new { name });

        protected override async Task OnPresenceJoinAsync(Presence presence)
        {
            if (presence.Id == "throws")
            {
                throw new InvalidOperationException("The application failed.");
            }

            if (presence.Id == "hangs")
            {
                await journal.Release.Task;
            }

            journal.Write($"join {GetPresenceKey()} {presence.Id}");
            await BroadcastToPresenceAsync("joined", new { id = presence.Id });
        }

        protected override Task OnPresenceUpdateAsync(Presence presence)
        {
            journal.Write($"update {presence.Key} {presence.Id}");
            return Task.CompletedTask;
        }

        protected override Task OnPresenceLeaveAsync(Presence presence)
        {
            journal.Write($"leave {presence.Key} {presence.Id}");
            return Task.CompletedTask;
        }
    }
}
