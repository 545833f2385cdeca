using System.Collections.Concurrent;
using Djust.Presence.Redis.Tests.Hosting;
using Djust.Presence.Tests.Hosting;
using FluentAssertions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;
using StackExchange.Redis;
using Xunit;

namespace Djust.Presence.Redis.Tests.Cost;

/// <summary>Two servers on one Redis, with and without Microsoft's backplane: presence needs none, and is not doubled by one.</summary>
public sealed class BackplaneTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    private const string Key = "document:42";
    private const string Path = "/hubs/document/42";

    private readonly string _prefix = "b" + Guid.NewGuid().ToString("N")[..12];

    public enum Backplane
    {
        None,
        BeforePresence,
        AfterPresence,
    }

    [Theory]
    [InlineData(Backplane.None)]
    [InlineData(Backplane.BeforePresence)]
    [InlineData(Backplane.AfterPresence)]
    public async Task A_broadcast_on_one_node_reaches_a_client_on_each_exactly_once(Backplane backplane)
    {
        await using var a = await StartAsync(backplane);
        await using var b = await StartAsync(backplane);
        await using var ada = await PresenceClient.ConnectAsync(a, Path + "?name=Ada");
        await using var grace = await PresenceClient.ConnectAsync(b, Path + "?name=Grace");
        await ada.StateAsync();
        await grace.StateAsync();
        await Eventually.TrueAsync(() => ada.Replay().ContainsKey(grace.SelfId) && grace.Replay().ContainsKey(ada.SelfId), "each sees the other");

        await ada.Connection.InvokeAsync("Say", "from a");
        await b.Manager.BroadcastAsync(Key, "said", new { text = "from b" });

        foreach (var client in new[] { ada, grace })
        {
            await Eventually.TrueAsync(() => client.EventCount >= 2, "both events arrive");
        }

        // What would come twice comes before what is sent after it.
        await a.Manager.BroadcastAsync(Key, "end");
        await b.Manager.BroadcastAsync(Key, "end");
        foreach (var client in new[] { ada, grace })
        {
            await Eventually.TrueAsync(() => Names(client).Count(name => name == "end") == 2, "all events arrive");
            Names(client).Should().BeEquivalentTo("said", "said", "end", "end");
        }
    }

    [Theory]
    [InlineData(Backplane.None)]
    [InlineData(Backplane.BeforePresence)]
    [InlineData(Backplane.AfterPresence)]
    public async Task A_node_lists_and_watches_what_happens_on_the_other(Backplane backplane)
    {
        await using var a = await StartAsync(backplane);
        await using var b = await StartAsync(backplane);
        await using var watched = new WatchedChanges(b, Key);

        var ada = await PresenceClient.ConnectAsync(a, Path + "?name=Ada");
        await ada.StateAsync();
        await using var grace = await PresenceClient.ConnectAsync(b, Path + "?name=Grace");
        foreach (var node in new[] { a, b })
        {
            await Eventually.TrueAsync(async () => (await NamesAsync(node)).SequenceEqual(["Ada", "Grace"]), "both nodes list both");
        }

        await ada.Connection.InvokeAsync("Untrack");
        await ada.DisposeAsync();
        foreach (var node in new[] { a, b })
        {
            await Eventually.TrueAsync(async () => (await NamesAsync(node)).SequenceEqual(["Grace"]), "both nodes list who is left");
        }

        await Eventually.TrueAsync(() => watched.Seen.Count >= 3, "the watcher sees it all");
        watched.Seen.Should().Equal((PresenceChangeKind.Join, "Ada"), (PresenceChangeKind.Join, "Grace"), (PresenceChangeKind.Leave, "Ada"));
    }

    /// <summary>What the application sends to the presence's SignalR group is the backplane's to carry, and it does.</summary>
    [Theory]
    [InlineData(Backplane.BeforePresence)]
    [InlineData(Backplane.AfterPresence)]
    public async Task With_the_backplane_the_group_of_a_key_reaches_clients_of_other_nodes_exactly_once(Backplane backplane)
    {
        await using var a = await StartAsync(backplane);
        await using var b = await StartAsync(backplane);
        await using var grace = await PresenceClient.ConnectAsync(b, Path + "?name=Grace");
        var heard = new ConcurrentQueue<string>();
        grace.Connection.On<string>("note", heard.Enqueue);

        // A call is answered after OnConnectedAsync has ended, and with it the joining of the group.
        await grace.Connection.InvokeAsync("List");
        var clients = a.Services.GetRequiredService<IHubContext<DocumentHub>>().Clients;

        await clients.Group(a.Manager.PresenceGroupName(Key)).SendAsync("note", "hello");
        await clients.Group(a.Manager.PresenceGroupName(Key)).SendAsync("note", "end");

        await Eventually.TrueAsync(() => heard.Contains("end"), "both arrive");
        heard.Should().Equal("hello", "end");
    }

    private Task<PresenceServer> StartAsync(Backplane backplane) => PresenceServer.StartAsync(
        app => app.MapHub<DocumentHub>("/hubs/document/{docId}"),
        builder =>
        {
            var signalr = builder.Services.AddSignalR().AddMessagePackProtocol();
            if (backplane == Backplane.BeforePresence)
            {
                AddBackplane(signalr);
            }

            signalr.AddPresence().AddRedisPresence(redis.Endpoint, options => (options.KeyPrefix, options.RequestTimeout) = (_prefix, RedisStore.PatientRequestTimeout));
            if (backplane == Backplane.AfterPresence)
            {
                AddBackplane(signalr);
            }
        });

    private void AddBackplane(ISignalRServerBuilder signalr) =>
        signalr.AddStackExchangeRedis(redis.Endpoint, options => options.Configuration.ChannelPrefix = RedisChannel.Literal(_prefix + ":backplane"));

    private static async Task<string?[]> NamesAsync(PresenceServer server) =>
        [.. (await server.Manager.ListPresencesAsync(Key)).Select(presence => presence["name"])];

    private static IEnumerable<string> Names(PresenceClient client) => client.Events.Select(@event => @event.GetProperty("event").GetString()!);
}
