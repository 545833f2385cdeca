using Djust.Presence.Tests.Hosting;
using FluentAssertions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Xunit;

namespace Djust.Presence.Tests.Hubs;

/// <summary>The default limits, over real connections: what is over one is told which and what to do, and what was there before goes on.</summary>
public sealed class LimitTests
{
    private const string Key = "document:1";
    private const string TooManyConnections = "*has 256 connections in the group; no more are allowed (MaxConnectionsPerUser)*Close one*";
    private const string TooManyGroups = "*in 32 groups; no more are allowed (MaxGroupsPerConnection)*Untrack or unwatch one*";
    private const string TooMuchMeta = "*has 2049 bytes of JSON; at most 2048 are allowed (MaxMetaBytes)*Shorten*";

    /// <summary>Here with 300 sockets, of which those that are refused try again; <c>PresenceManagerTests</c> has 10,000 connections, without sockets.</summary>
    [Fact]
    public async Task Of_one_users_connections_256_may_enter_a_group_and_those_go_on()
    {
        await using var server = await StartAsync();
        await using var bob = await PresenceClient.ConnectAsync(server, "/hubs/document/1?name=Bob", user: "bob");
        await bob.StateAsync();
        var clients = new List<PresenceClient>();
        try
        {
            foreach (var some in Enumerable.Range(0, 300).Chunk(30))
            {
                clients.AddRange(await Task.WhenAll(some.Select(_ => PresenceClient.ConnectAsync(server, "/hubs/enter/1", user: "ada"))));
            }

            var refusals = await Task.WhenAll(clients.Select(TryAsync));
            var (inside, outside) = (clients.Where((_, i) => refusals[i] is null).ToList(), clients.Where((_, i) => refusals[i] is not null).ToList());
            inside.Should().HaveCount(256);
            var again = await Task.WhenAll(outside.Select(async client =>
            {
                var told = new List<string?>();
                for (var attempt = 0; attempt < 10; attempt++)
                {
                    told.Add(await TryAsync(client));
                }

                return told;
            }));
            refusals.Where(refusal => refusal is not null).Concat(again.SelectMany(told => told)).Distinct().Should().ContainSingle().Which.Should().Match(TooManyConnections);

            var ada = (await server.Manager.ListPresencesAsync(Key)).Should().HaveCount(2).And.Subject.Single(presence => presence.Id == "ada");
            ada.Connections.Should().HaveCount(256);
            await Eventually.TrueAsync(() => bob.ConnectionsOf("ada") == 256, "others know of all of them");
            bob.Joins.Should().Equal("ada");
            clients.Should().OnlyContain(client => client.Connection.State == HubConnectionState.Connected);

            await inside[0].Connection.InvokeAsync("Rename", "Countess");
            await Eventually.TrueAsync(() => bob.Updates.Any(user => user.GetProperty("meta").GetProperty("name").GetString() == "Countess"), "the first ones keep working");
            await inside[0].Connection.InvokeAsync("Untrack");
            (await TryAsync(outside[0])).Should().BeNull("a place that is free again can be taken");
            (await TryAsync(outside[1])).Should().Match(TooManyConnections);
            bob.Leaves.Should().BeEmpty();
            bob.Replay().Should().HaveCount(2);
        }
        finally
        {
            await Task.WhenAll(clients.Select(client => client.DisposeAsync().AsTask()));
        }
    }

    [Fact]
    public async Task Who_is_refused_while_connecting_is_told_why()
    {
        await using var server = await StartAsync(options => options.MaxConnectionsPerUser = 1);
        await using var first = await PresenceClient.ConnectAsync(server, "/hubs/document/1", user: "ada");
        await first.StateAsync();
        var closed = new TaskCompletionSource<Exception?>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var second = await PresenceClient.ConnectAsync(server, "/hubs/document/1", user: "ada", closed: e => closed.TrySetResult(e));

        (await closed.Task)!.Message.Should().Match("*has 1 connections in the group*MaxConnectionsPerUser*");

        await first.Connection.InvokeAsync("Rename", "still works");
        await Eventually.TrueAsync(() => first.Updates.Any(), "the first one goes on");
    }

    [Fact]
    public async Task The_33rd_group_of_a_connection_is_refused_and_the_others_go_on()
    {
        await using var server = await StartAsync();
        await using var client = await PresenceClient.ConnectAsync(server, "/hubs/enter/1", user: "ada");
        await using var watcher = await PresenceClient.ConnectAsync(server, "/hubs/enter/1", user: "bob");
        for (var i = 1; i <= 32; i++)
        {
            await (i % 2 == 0 ? client.Connection.InvokeAsync("TrackIn", $"document:{i}", new { name = "Ada" }) : client.Connection.InvokeAsync("Watch", $"document:{i}"));
        }

        await watcher.Connection.InvokeAsync("Watch", "document:2");
        await watcher.StateAsync();
        (await client.Awaiting(c => c.Connection.InvokeAsync("TrackIn", "document:33", null)).Should().ThrowAsync<HubException>()).WithMessage(TooManyGroups);
        (await client.Awaiting(c => c.Connection.InvokeAsync("Watch", "document:33")).Should().ThrowAsync<HubException>()).WithMessage(TooManyGroups);

        (await server.Manager.ListPresencesAsync("document:33")).Should().BeEmpty();
        (await client.Awaiting(c => c.Connection.InvokeAsync<object>("PresenceSync", "document:33")).Should().ThrowAsync<HubException>()).WithMessage("*neither tracks nor watches*");
        for (var i = 1; i <= 32; i++)
        {
            await client.Connection.InvokeAsync<object>("PresenceSync", $"document:{i}");
            (await server.Manager.PresenceCountAsync($"document:{i}")).Should().Be(i % 2 == 0 ? 1 : 0);
        }

        await client.Connection.InvokeAsync("TrackIn", "document:2", new { name = "Countess" });
        await Eventually.TrueAsync(() => watcher.Updates.Any(user => user.GetProperty("meta").GetProperty("name").GetString() == "Countess"), "tracking again where one is changes the meta, as ever");
        await client.Connection.InvokeAsync("Unwatch", "document:1");
        await client.Connection.InvokeAsync("TrackIn", "document:33", null);
        (await server.Manager.PresenceCountAsync("document:33")).Should().Be(1);
    }

    [Theory]
    [InlineData('x', 1)]
    [InlineData('é', 2)]
    public async Task A_meta_of_2049_bytes_is_refused_and_one_of_2048_is_not(char letter, int bytes)
    {
        await using var server = await StartAsync();
        await using var ada = await PresenceClient.ConnectAsync(server, "/hubs/document/1?name=Ada");
        await using var bob = await PresenceClient.ConnectAsync(server, "/hubs/document/1?name=Bob");
        await Task.WhenAll(ada.StateAsync(), bob.StateAsync());
        var before = await server.Manager.ListPresencesAsync(Key);

        // The JSON around the text, {"ab":""}, has 9 bytes, {"a":""} 8.
        object tooLarge = bytes == 1 ? new { ab = new string(letter, 2_040) } : new { ab = new string(letter, 1_020) };
        object largest = bytes == 1 ? new { a = new string(letter, 2_040) } : new { a = new string(letter, 1_020) };
        foreach (var (method, arguments) in new (string, object[])[] { ("SetMeta", [tooLarge]), ("Track", [tooLarge]), ("TrackIn", [Key, tooLarge]), ("TrackIn", ["document:2", tooLarge]) })
        {
            (await ada.Awaiting(client => client.Connection.InvokeCoreAsync(method, arguments)).Should().ThrowAsync<HubException>()).WithMessage(TooMuchMeta);
        }

        (await server.Manager.ListPresencesAsync(Key)).Should().BeSameAs(before);
        (await server.Manager.ListPresencesAsync("document:2")).Should().BeEmpty();
        await ada.Connection.InvokeAsync("SetMeta", largest);
        await Eventually.TrueAsync(() => bob.Updates.Any(user => user.GetProperty("meta").GetProperty("a").GetString()!.Length == 2_040 / bytes), "the largest that is allowed arrives");
        bob.Replay().Should().HaveCount(2);
    }

    private static Task<PresenceServer> StartAsync(Action<PresenceOptions>? options = null) => PresenceServer.StartAsync(
        app =>
        {
            app.UseTestUsers();
            app.MapHub<DocumentHub>("/hubs/document/{docId}");
            app.MapHub<EnterHub>("/hubs/enter/{docId}");
        },
        options);

    /// <summary>Tries to enter.</summary>
    /// <returns>Why that was refused, or null.</returns>
    private static async Task<string?> TryAsync(PresenceClient client)
    {
        try
        {
            await client.Connection.InvokeAsync("Track", new { name = "Ada" });
            return null;
        }
        catch (HubException e)
        {
            return e.Message;
        }
    }

    /// <summary>Connects without being in a group.</summary>
    [PresenceKey("document:{docId}")]
    public sealed class EnterHub : DocumentHub
    {
        public override Task OnConnectedAsync() => Task.CompletedTask;
    }
}
