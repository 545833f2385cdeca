using System.Net;
using Djust.Presence.Tests.Hosting;
using FluentAssertions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Djust.Presence.Tests.Hubs;

public sealed class PresenceHubTests
{
    private static Task<PresenceServer> StartAsync(Action<PresenceOptions>? options = null) => PresenceServer.StartAsync(
        app =>
        {
            app.UseTestUsers();
            app.MapHub<DocumentHub>("/hubs/document/{docId}");
            app.MapHub<WatcherHub>("/hubs/watch/{docId}");
        },
        options);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_state_has_the_receiver_and_comes_before_any_diff(bool messagePack)
    {
        await using var server = await StartAsync();
        await using var ada = await PresenceClient.ConnectAsync(server, "/hubs/document/42?name=Ada", messagePack: messagePack);
        await ada.StateAsync();
        await using var bob = await PresenceClient.ConnectAsync(server, "/hubs/document/42?name=Bob", messagePack: messagePack);
        await bob.StateAsync();
        await Eventually.TrueAsync(() => ada.Joins.Contains(bob.SelfId), "Ada sees Bob join");

        bob.Received[0].Target.Should().Be("PresenceState");
        var state = bob.States.Single();
        state.GetProperty("key").GetString().Should().Be("document:42");
        state.GetProperty("count").GetInt32().Should().Be(2);
        state.GetProperty("presences").EnumerateArray().Select(p => p.GetProperty("meta").GetProperty("name").GetString()).Should().Equal("Ada", "Bob");
        state.GetProperty("presences")[1].GetProperty("id").GetString().Should().Be(bob.SelfId).And.StartWith("anon_");
        state.GetProperty("presences")[1].GetProperty("connections")[0].GetProperty("ref").GetInt32()
            .Should().Be(state.GetProperty("self").GetProperty("ref").GetInt32());

        var first = ada.States.Single();
        var diff = ada.Diffs.Single();
        diff.GetProperty("from").GetInt64().Should().Be(first.GetProperty("version").GetInt64());
        diff.GetProperty("epoch").GetString().Should().Be(first.GetProperty("epoch").GetString());
        diff.GetProperty("version").GetInt64().Should().Be(state.GetProperty("version").GetInt64());
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    public async Task Two_tabs_are_one_join_and_one_leave_in_any_order_of_closing(int first, int second)
    {
        await using var server = await StartAsync(options => options.LeaveGracePeriod = TimeSpan.FromMilliseconds(200));
        await using var observer = await PresenceClient.ConnectAsync(server, "/hubs/document/42?name=Observer");
        await observer.StateAsync();
        var visitor = new CookieContainer();
        PresenceClient[] tabs =
        [
            await PresenceClient.ConnectAsync(server, "/hubs/document/42?name=Ada", visitor),
            await PresenceClient.ConnectAsync(server, "/hubs/document/42?name=Ada", visitor),
        ];
        await tabs[1].StateAsync();
        var id = tabs[1].SelfId;
        await Eventually.TrueAsync(() => observer.ConnectionsOf(id) == 2, "the second tab shows as a connection");

        await tabs[first].DisposeAsync();
        await Eventually.TrueAsync(() => observer.ConnectionsOf(id) == 1, "the closed tab is no connection any more");
        observer.Leaves.Should().BeEmpty();
        (await server.Manager.PresenceCountAsync("document:42")).Should().Be(2);

        await tabs[second].DisposeAsync();
        await Eventually.TrueAsync(() => observer.Leaves.Any(), "the user leaves");
        observer.Joins.Should().Equal(id);
        observer.Leaves.Should().Equal(id);
    }

    [Fact]
    public async Task A_hundred_connections_of_one_user_at_once_are_one_join_and_later_one_leave()
    {
        await using var server = await StartAsync(options => options.LeaveGracePeriod = TimeSpan.FromMilliseconds(200));
        await using var observer = await PresenceClient.ConnectAsync(server, "/hubs/document/42?name=Observer");
        await observer.StateAsync();
        var clients = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => PresenceClient.ConnectAsync(server, "/hubs/document/42", user: "ada")));
        await Task.WhenAll(clients.Select(client => client.StateAsync()));
        (await server.Manager.ListPresencesAsync("document:42")).Single(user => user.Id == "ada").Connections.Should().HaveCount(100);

        await Task.WhenAll(clients.Select(client => client.DisposeAsync().AsTask()));
        await Eventually.TrueAsync(() => observer.Leaves.Any(), "the user leaves");
        observer.Joins.Should().Equal("ada");
        observer.Leaves.Should().Equal("ada");
    }

    [Fact]
    public async Task Coming_back_within_the_grace_is_heard_by_nobody()
    {
        await using var server = await StartAsync(options => options.LeaveGracePeriod = TimeSpan.FromMinutes(1));
        await using var observer = await PresenceClient.ConnectAsync(server, "/hubs/document/42?name=Observer");
        await observer.StateAsync();
        var visitor = new CookieContainer();
        var ada = await PresenceClient.ConnectAsync(server, "/hubs/document/42?name=Ada", visitor);
        await ada.StateAsync();
        await Eventually.TrueAsync(() => observer.Diffs.Any(), "the observer sees Ada");
        var heard = observer.Received.Count;
        for (var reload = 0; reload < 20; reload++)
        {
            await ada.DisposeAsync();
            await Eventually.TrueAsync(() => server.Services.GetRequiredService<ConnectionRegistry>().Count == 1, "the server has seen the end");
            ada = await PresenceClient.ConnectAsync(server, "/hubs/document/42?name=Ada", visitor);
            await ada.StateAsync();
        }

        // What comes later than anything of the reloads would have.
        await ada.Connection.InvokeAsync("Say", "done");
        await Eventually.TrueAsync(() => observer.Events.Any(), "the message arrives");
        observer.Received.Count.Should().Be(heard + 1);
        (await server.Manager.PresenceCountAsync("document:42")).Should().Be(2);
        await ada.DisposeAsync();
    }

    [Fact]
    public async Task An_update_is_one_entry_in_updates()
    {
        await using var server = await StartAsync();
        await using var ada = await PresenceClient.ConnectAsync(server, "/hubs/document/42?name=Ada");
        await ada.StateAsync();
        await using var bob = await PresenceClient.ConnectAsync(server, "/hubs/document/42?name=Bob");
        await bob.StateAsync();
        await Eventually.TrueAsync(() => ada.Joins.Contains(bob.SelfId), "Ada sees Bob join");
        await bob.Connection.InvokeAsync("Rename", "Robert");
        await Eventually.TrueAsync(() => ada.Updates.Any(), "Ada sees the update");

        var update = ada.Updates.Should().ContainSingle().Subject;
        update.GetProperty("id").GetString().Should().Be(bob.SelfId);
        update.GetProperty("meta").GetProperty("name").GetString().Should().Be("Robert");
        update.GetProperty("connections").GetArrayLength().Should().Be(1);
        ada.Leaves.Should().BeEmpty();
    }

    [Fact]
    public async Task A_watcher_sees_and_is_not_seen()
    {
        await using var server = await StartAsync();
        await using var watcher = await PresenceClient.ConnectAsync(server, "/hubs/watch/42");
        await watcher.StateAsync();
        watcher.States.Single().GetProperty("self").ValueKind.Should().Be(System.Text.Json.JsonValueKind.Null);
        watcher.States.Single().GetProperty("count").GetInt32().Should().Be(0);

        await using var ada = await PresenceClient.ConnectAsync(server, "/hubs/document/42?name=Ada");
        await ada.StateAsync();
        await Eventually.TrueAsync(() => watcher.Joins.Any(), "the watcher sees Ada");
        ada.States.Single().GetProperty("count").GetInt32().Should().Be(1);

        await watcher.Connection.InvokeAsync("Track", new { name = "Now seen" });
        await Eventually.TrueAsync(() => watcher.States.Count() == 2, "a watcher that tracks gets a state with itself");
        watcher.States.Last().GetProperty("self").GetProperty("id").GetString().Should().StartWith("anon_");
        await Eventually.TrueAsync(() => ada.Joins.Any(), "Ada sees the watcher join");
    }

    [Fact]
    public async Task Untracking_is_a_leave_at_once()
    {
        await using var server = await StartAsync(options => options.LeaveGracePeriod = TimeSpan.FromHours(1));
        await using var ada = await PresenceClient.ConnectAsync(server, "/hubs/document/42?name=Ada");
        await ada.StateAsync();
        await using var bob = await PresenceClient.ConnectAsync(server, "/hubs/document/42?name=Bob");
        await bob.StateAsync();
        await Eventually.TrueAsync(() => ada.Joins.Contains(bob.SelfId), "Ada sees Bob join");
        await bob.Connection.InvokeAsync("Untrack");
        await Eventually.TrueAsync(() => ada.Leaves.Contains(bob.SelfId), "Ada sees Bob leave");
        (await server.Manager.ListPresencesAsync("document:42")).Should().ContainSingle();

        // Out is out: a connection that has untracked and does not watch is told nothing more of the group.
        await ada.Connection.InvokeAsync("Say", "still here?");
        await Eventually.TrueAsync(() => ada.Events.Any(), "the others hear it");
        await bob.Connection.InvokeAsync("List");
        bob.States.Should().ContainSingle();
        bob.Events.Should().BeEmpty();
    }

    [Fact]
    public async Task Events_reach_every_connection_of_the_group_and_no_other()
    {
        await using var server = await StartAsync();
        await using var ada = await PresenceClient.ConnectAsync(server, "/hubs/document/42?name=Ada", messagePack: true);
        await using var bob = await PresenceClient.ConnectAsync(server, "/hubs/document/42?name=Bob");
        await using var watcher = await PresenceClient.ConnectAsync(server, "/hubs/watch/42");
        await using var elsewhere = await PresenceClient.ConnectAsync(server, "/hubs/document/43?name=Eve");
        await Task.WhenAll(ada.StateAsync(), bob.StateAsync(), watcher.StateAsync(), elsewhere.StateAsync());
        await bob.Connection.InvokeAsync("Say", "hello");
        foreach (var client in new[] { ada, bob, watcher })
        {
            await Eventually.TrueAsync(() => client.Events.Any(), "the event arrives");
            var message = client.Events.Single();
            message.GetProperty("event").GetString().Should().Be("said");
            message.GetProperty("key").GetString().Should().Be("document:42");
            message.GetProperty("payload").GetProperty("text").GetString().Should().Be("hello");
        }

        elsewhere.Events.Should().BeEmpty();
    }

    [Fact]
    public async Task A_sync_answers_with_the_state_that_the_next_diff_follows()
    {
        await using var server = await StartAsync();
        await using var ada = await PresenceClient.ConnectAsync(server, "/hubs/document/42?name=Ada");
        await ada.StateAsync();
        var state = await ada.Connection.InvokeAsync<System.Text.Json.JsonElement>("PresenceSync", "document:42");
        state.GetProperty("presences")[0].GetProperty("id").GetString().Should().Be(ada.SelfId);
        state.GetProperty("self").GetProperty("id").GetString().Should().Be(ada.SelfId);
        await using var bob = await PresenceClient.ConnectAsync(server, "/hubs/document/42?name=Bob");
        await Eventually.TrueAsync(() => ada.Diffs.Any(), "a diff arrives");
        ada.Diffs.First().GetProperty("from").GetInt64().Should().Be(state.GetProperty("version").GetInt64());

        var other = () => ada.Connection.InvokeAsync<object>("PresenceSync", "document:43");
        (await other.Should().ThrowAsync<HubException>()).WithMessage("*neither tracks nor watches this group (7b3bbb630f8e in the log)*");
    }

    [Theory]
    [InlineData(Microsoft.AspNetCore.Http.Connections.HttpTransportType.LongPolling)]
    [InlineData(Microsoft.AspNetCore.Http.Connections.HttpTransportType.ServerSentEvents)]
    public async Task Other_transports_find_their_key_and_their_visitor_too(Microsoft.AspNetCore.Http.Connections.HttpTransportType transport)
    {
        await using var server = await StartAsync();
        var visitor = new CookieContainer();
        await using var first = await PresenceClient.ConnectAsync(server, "/hubs/document/42?name=Ada", visitor, transports: transport);
        await using var second = await PresenceClient.ConnectAsync(server, "/hubs/document/42?name=Ada", visitor);
        await Task.WhenAll(first.StateAsync(), second.StateAsync());
        first.SelfId.Should().Be(second.SelfId);
        first.States.First().GetProperty("key").GetString().Should().Be("document:42");
    }

    [Theory]
    [InlineData("a%2Fb", "document:a/b")]
    [InlineData("a%252Fb", "document:a%2Fb")]
    [InlineData("a%25b", "document:a%b")]
    [InlineData("%7Bx%7D%20%F0%9F%A6%A6", "document:{x} \ud83e\udda6")]
    [InlineData("__proto__", "document:__proto__")]
    public async Task Any_character_of_a_route_value_is_just_a_character(string segment, string key)
    {
        await using var server = await StartAsync();
        await using var client = await PresenceClient.ConnectAsync(server, "/hubs/document/" + segment);
        await client.StateAsync();
        client.States.Single().GetProperty("key").GetString().Should().Be(key);
    }

    [Fact]
    public async Task A_sync_right_after_the_join_has_the_caller_in_it()
    {
        await using var server = await StartAsync(options => options.BroadcastInterval = TimeSpan.FromSeconds(10));
        await using var ada = await PresenceClient.ConnectAsync(server, "/hubs/document/42?name=Ada");
        await ada.StateAsync();
        for (var i = 0; i < 5; i++)
        {
            // The room has just flushed: what follows waits for the interval.
            await using var late = await PresenceClient.ConnectAsync(server, "/hubs/document/42?name=Late");
            var state = await late.Connection.InvokeAsync<System.Text.Json.JsonElement>("PresenceSync", "document:42");
            var self = state.GetProperty("self");
            state.GetProperty("presences").EnumerateArray().Should().Contain(user => user.GetProperty("id").GetString() == self.GetProperty("id").GetString());
        }
    }

    [Fact]
    public async Task An_authenticated_users_meta_gets_name_and_id_where_the_application_gave_none()
    {
        await using var server = await StartAsync();
        await using var ada = await PresenceClient.ConnectAsync(server, "/hubs/document/42", user: "7");
        await ada.StateAsync();
        await ada.Connection.InvokeAsync("Track", new { color = "#fff" });
        var presence = (await server.Manager.ListPresencesAsync("document:42")).Single();
        presence.Id.Should().Be("7");
        presence["name"].Should().Be("Name of 7");
        presence["user_id"].Should().Be("7");
        presence["color"].Should().Be("#fff");
    }

    [Fact]
    public async Task No_secret_of_a_visitor_is_published()
    {
        await using var server = await StartAsync();
        var visitor = new CookieContainer();
        await using var ada = await PresenceClient.ConnectAsync(server, "/hubs/document/42?name=Ada", visitor);
        await ada.StateAsync();
        var cookie = visitor.GetCookies(server.Url).Single();
        cookie.HttpOnly.Should().BeTrue();
        var wire = string.Concat(ada.Received.Select(message => message.Message.GetRawText()));
        wire.Should().NotContain(cookie.Value).And.NotContain(ada.Connection.ConnectionId!);
        cookie.Value.Should().NotContain(ada.SelfId["anon_".Length..]);
    }

    [Fact]
    public async Task A_user_whom_the_application_removes_leaves_once_and_stays_away()
    {
        await using var server = await StartAsync(options => options.LeaveGracePeriod = TimeSpan.Zero);
        await using var ada = await PresenceClient.ConnectAsync(server, "/hubs/document/42?name=Ada");
        await ada.StateAsync();
        var bob = await PresenceClient.ConnectAsync(server, "/hubs/document/42?name=Bob");
        await bob.StateAsync();
        await Eventually.TrueAsync(() => ada.Joins.Contains(bob.SelfId), "Ada sees Bob join");
        var removed = await server.Manager.LeavePresenceAsync("document:42", bob.SelfId);
        removed!["name"].Should().Be("Bob");
        await Eventually.TrueAsync(() => bob.States.Last().GetProperty("self").ValueKind == System.Text.Json.JsonValueKind.Null, "Bob's connection only watches");
        var rename = () => bob.Connection.InvokeAsync("Rename", "Back");
        (await rename.Should().ThrowAsync<HubException>()).WithMessage("*does not track*");

        var id = bob.SelfId;
        await bob.DisposeAsync();
        await using var carol = await PresenceClient.ConnectAsync(server, "/hubs/document/42?name=Carol");
        await carol.StateAsync();
        await Eventually.TrueAsync(() => ada.Joins.Contains(carol.SelfId), "Carol joins");
        ada.Leaves.Should().Equal(id);
    }
}
