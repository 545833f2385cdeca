using System.Text.Json;
using System.Text.Json.Serialization;
using Djust.Presence.Tests.Hosting;
using FluentAssertions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Xunit;

namespace Djust.Presence.Tests.Delivery;

public sealed class DeliveryTests
{
    [Fact]
    public async Task Where_the_lifetime_manager_is_anothers_delivery_falls_back_and_says_so_once()
    {
        var logs = new FakeLoggerProvider();
        await using var server = await PresenceServer.StartAsync(
            app => app.MapHub<DocumentHub>("/hubs/document/{docId}"),
            builder =>
            {
                builder.Logging.AddProvider(logs);
                builder.Services.AddSignalR().AddPresence();
                builder.Services.AddSingleton(typeof(HubLifetimeManager<>), typeof(DefaultHubLifetimeManager<>));
            });
        await using var ada = await PresenceClient.ConnectAsync(server, "/hubs/document/1?name=Ada");
        await ada.StateAsync();
        await using var bob = await PresenceClient.ConnectAsync(server, "/hubs/document/1?name=Bob");
        await bob.StateAsync();
        await bob.Connection.InvokeAsync("Rename", "Robert");
        await Eventually.TrueAsync(() => ada.Updates.Any() || ada.Diffs.Any(diff => diff.GetRawText().Contains("Robert", StringComparison.Ordinal)), "Ada sees the update");
        bob.Received[0].Target.Should().Be("PresenceState");
        ada.Diffs.First().GetProperty("from").GetInt64().Should().Be(ada.States.Single().GetProperty("version").GetInt64());
        logs.Collector.GetSnapshot().Where(record => record.Message.Contains("IHubContext", StringComparison.Ordinal)).Should().ContainSingle();
    }

    [Fact]
    public async Task A_direct_delivery_says_nothing_of_a_fallback()
    {
        var logs = new FakeLoggerProvider();
        await using var server = await PresenceServer.StartAsync(
            app => app.MapHub<DocumentHub>("/hubs/document/{docId}"),
            builder =>
            {
                builder.Logging.AddProvider(logs);
                builder.Services.AddSignalR().AddPresence();
            });
        await using var ada = await PresenceClient.ConnectAsync(server, "/hubs/document/1?name=Ada");
        await ada.StateAsync();
        logs.Collector.GetSnapshot().Should().NotContain(record => record.Message.Contains("IHubContext", StringComparison.Ordinal));
    }

    [Fact]
    public async Task No_option_of_the_applications_serializer_changes_the_contract()
    {
        await using var server = await PresenceServer.StartAsync(
            app => app.MapHub<DocumentHub>("/hubs/document/{docId}"),
            builder => builder.Services.AddSignalR()
                .AddJsonProtocol(options =>
                {
                    options.PayloadSerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.KebabCaseUpper;
                    options.PayloadSerializerOptions.DictionaryKeyPolicy = JsonNamingPolicy.SnakeCaseUpper;
                    options.PayloadSerializerOptions.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault;
                    options.PayloadSerializerOptions.NumberHandling = JsonNumberHandling.WriteAsString;
                })
                .AddPresence());
        await using var ada = await PresenceClient.ConnectAsync(server, "/hubs/document/1?name=Ada");
        await ada.StateAsync();
        await using var bob = await PresenceClient.ConnectAsync(server, "/hubs/document/1?name=Bob");
        await Eventually.TrueAsync(() => ada.Diffs.Any(), "a diff arrives");
        ada.States.Single().EnumerateObject().Select(field => field.Name).Should().Equal("key", "epoch", "version", "count", "self", "presences");
        var diff = ada.Diffs.First();
        diff.EnumerateObject().Select(field => field.Name).Should().Equal("key", "epoch", "from", "version", "count", "leaves", "joins", "updates");
        diff.GetProperty("version").ValueKind.Should().Be(JsonValueKind.Number);
        var answer = await ada.Connection.InvokeAsync<JsonElement>("PresenceSync", "document:1");
        answer.GetProperty("presences")[0].GetRawText().Should().Be(ada.States.Single().GetProperty("presences")[0].GetRawText());
        answer.GetProperty("version").ValueKind.Should().Be(JsonValueKind.Number);
        diff.GetProperty("joins")[0].GetProperty("joinedAt").GetString().Should().MatchRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$");
    }

    [Fact]
    public async Task A_client_with_stateful_reconnect_understands_what_comes()
    {
        await using var server = await PresenceServer.StartAsync(app => app.MapHub<DocumentHub>("/hubs/document/{docId}", options => options.AllowStatefulReconnects = true));
        await using var ada = await PresenceClient.ConnectAsync(server, "/hubs/document/1?name=Ada");
        await ada.StateAsync();
        var connection = new HubConnectionBuilder().WithUrl(new Uri(server.Url, "/hubs/document/1?name=Bob")).WithStatefulReconnect().Build();
        var states = new TaskCompletionSource<JsonElement>();
        var diffs = 0;
        connection.On<JsonElement>("PresenceState", state => states.TrySetResult(state));
        connection.On<JsonElement>("PresenceDiff", _ => diffs++);
        await connection.StartAsync();
        (await states.Task.WaitAsync(TimeSpan.FromSeconds(30))).GetProperty("count").GetInt32().Should().Be(2);
        for (var i = 0; i < 5; i++)
        {
            await ada.Connection.InvokeAsync("Rename", "n" + i);
            var seen = diffs;
            await Eventually.TrueAsync(() => diffs > 0 && (i == 0 || diffs >= seen), "diffs arrive");
        }

        await connection.DisposeAsync();
    }

    [Fact]
    public async Task A_large_group_is_sent_as_its_first_members_and_an_exact_count()
    {
        await using var server = await PresenceServer.StartAsync(
            app => app.MapHub<WatcherHub>("/hubs/watch/{docId}"),
            options => options.MaxPresencesSent = 3);
        for (var i = 0; i < 3; i++)
        {
            await server.Manager.JoinPresenceAsync("document:1", "user" + i);
        }

        await using var watcher = await PresenceClient.ConnectAsync(server, "/hubs/watch/1");
        await watcher.StateAsync();
        for (var i = 3; i < 6; i++)
        {
            await server.Manager.JoinPresenceAsync("document:1", "user" + i);
        }

        await Eventually.TrueAsync(() => watcher.Diffs.Any() && watcher.Diffs.Last().GetProperty("count").GetInt32() == 6, "the count is exact");
        watcher.Joins.Should().BeEmpty();
        await server.Manager.LeavePresenceAsync("document:1", "user1");
        await Eventually.TrueAsync(() => watcher.Leaves.Any(), "a member that was sent leaves");
        watcher.Leaves.Should().Equal("user1");
        watcher.Joins.Should().ContainSingle("the next in line moves up").Which.Should().Be(
            (await server.Manager.ListPresencesAsync("document:1"))[2].Id);
        await using var late = await PresenceClient.ConnectAsync(server, "/hubs/watch/1");
        await late.StateAsync();
        late.States.Single().GetProperty("presences").GetArrayLength().Should().Be(3);
        late.States.Single().GetProperty("count").GetInt32().Should().Be(5);
    }

    [Fact]
    public async Task Many_changes_at_once_are_few_messages()
    {
        await using var server = await PresenceServer.StartAsync(app => app.MapHub<WatcherHub>("/hubs/watch/{docId}"), options => options.BroadcastInterval = TimeSpan.FromSeconds(1));
        await using var watcher = await PresenceClient.ConnectAsync(server, "/hubs/watch/1");
        await watcher.StateAsync();
        for (var i = 0; i < 500; i++)
        {
            await server.Manager.JoinPresenceAsync("document:1", "user" + i);
        }

        await Eventually.TrueAsync(() => watcher.Joins.Count() == 500, "all joins arrive");
        watcher.Diffs.Count().Should().BeLessThan(20);
    }

    [Fact]
    public async Task Random_comings_and_goings_leave_every_client_with_the_servers_list()
    {
        await using var server = await PresenceServer.StartAsync(app => app.MapHub<DocumentHub>("/hubs/document/{docId}"), options => options.LeaveGracePeriod = TimeSpan.FromMilliseconds(20));
        await using var observer = await PresenceClient.ConnectAsync(server, "/hubs/document/1?name=Observer");
        await observer.StateAsync();
        var seed = Environment.TickCount;
        await Parallel.ForEachAsync(Enumerable.Range(0, 8), async (worker, cancellationToken) =>
        {
            var random = new Random(seed + worker);
            var visitor = new System.Net.CookieContainer();
            for (var i = 0; i < 25; i++)
            {
                await using var client = await PresenceClient.ConnectAsync(server, "/hubs/document/1?name=w" + worker, visitor);
                for (var steps = random.Next(4); steps > 0; steps--)
                {
                    await client.Connection.InvokeAsync(random.Next(3) switch { 0 => "Untrack", 1 => "List", _ => "Count" }, cancellationToken);
                    await client.Connection.InvokeAsync("Track", new { name = "n" + random.Next(100) }, cancellationToken);
                }
            }
        });
        await Eventually.TrueAsync(async () => await server.Manager.PresenceCountAsync("document:1") == 1, "only the observer is left");
        await Eventually.TrueAsync(() => observer.Replay().Keys.SequenceEqual([observer.SelfId]), $"the observer's list is the server's (seed {seed})");
    }
}
