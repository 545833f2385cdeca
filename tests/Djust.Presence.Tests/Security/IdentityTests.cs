using Djust.Presence.Tests.Hosting;
using FluentAssertions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Xunit;

namespace Djust.Presence.Tests.Security;

/// <summary>Who somebody is, the server says; what a client sends changes only what is its own.</summary>
public sealed class IdentityTests
{
    private const string Key = "desk:1";

    private static Task<PresenceServer> StartAsync() => PresenceServer.StartAsync(
        app =>
        {
            app.UseTestUsers();
            app.MapHub<DeskHub>("/hubs/desk/{desk}");
        },
        options => options.LeaveGracePeriod = TimeSpan.Zero);

    [Fact]
    public async Task A_changed_identity_on_a_live_connection_is_one_leave_of_the_old_and_one_join_of_the_new()
    {
        await using var server = await StartAsync();
        await using var observer = await PresenceClient.ConnectAsync(server, "/hubs/desk/1", user: "observer");
        await observer.StateAsync();
        var client = await PresenceClient.ConnectAsync(server, "/hubs/desk/1", user: "ada");
        await Eventually.TrueAsync(() => observer.Joins.Contains("ada"), "Ada is there");

        await client.Connection.InvokeAsync("SignIn", "countess");
        await client.Connection.InvokeAsync("Track", new { name = "Countess" });

        await Eventually.TrueAsync(() => observer.Joins.Contains("countess"), "the new one is there");
        observer.Leaves.Should().Equal("ada");
        (await server.Manager.ListPresencesAsync(Key)).Select(presence => presence.Id).Should().BeEquivalentTo("observer", "countess");
        await Eventually.TrueAsync(() => client.States.Last().GetProperty("self") is { ValueKind: System.Text.Json.JsonValueKind.Object } self && self.GetProperty("id").GetString() == "countess", "it knows who it is");

        await client.DisposeAsync();
        await Eventually.TrueAsync(() => observer.Leaves.Contains("countess"), "its end is the new one's leave");
        observer.Leaves.Should().Equal("ada", "countess");
        observer.Joins.Should().Equal("ada", "countess");
    }

    [Fact]
    public async Task Whatever_a_client_says_of_ids_refs_nodes_and_groups_it_acts_as_itself()
    {
        await using var server = await StartAsync();
        await using var ada = await PresenceClient.ConnectAsync(server, "/hubs/desk/1", user: "ada");
        await using var elsewhere = await PresenceClient.ConnectAsync(server, "/hubs/desk/2", user: "grace");
        await Task.WhenAll(ada.StateAsync(), elsewhere.StateAsync());
        var before = (await server.Manager.ListPresencesAsync(Key)).Single();

        var claims = $"user=ada&userId=ada&user_id=ada&ref={ada.SelfRef}&node=1&key=desk:2&connectionId={ada.Connection.ConnectionId}";
        await using var eve = await PresenceClient.ConnectAsync(server, "/hubs/desk/1?" + claims, user: "eve");
        await eve.StateAsync();
        await eve.Connection.InvokeAsync("Track", new { id = "ada", userId = "ada", @ref = ada.SelfRef, node = "1", key = "desk:2", connections = new[] { new { @ref = ada.SelfRef } } });
        (string Method, object?[] Arguments)[] attempts =
        [
            ("PresenceHeartbeat", ["ada"]),
            ("PresenceSync", [Key, "ada"]),
            ("PresenceSync", ["desk:2"]),
            ("CursorMove", [0.5, 0.5, ada.SelfRef]),
            ("CursorMoveIn", ["desk:2", 0.5, 0.5]),
            ("CursorMoveIn", [Key, 0.5, 0.5, ada.SelfRef]),
            ("TrackPresenceAsync", [new { name = "x" }]),
            ("GetPresenceUserId", []),
            ("OnPresenceLeaveAsync", [new { id = "ada" }]),
        ];
        foreach (var (method, arguments) in attempts)
        {
            var attempt = () => eve.Connection.InvokeCoreAsync(method, arguments);
            await attempt.Should().ThrowAsync<HubException>(method);
        }

        var evesRef = eve.SelfRef;
        await eve.Connection.InvokeAsync("CursorMove", 0.25, 0.25);
        await Eventually.TrueAsync(() => ada.Cursors.Count > 0, "her own cursor moves");
        await eve.Connection.InvokeAsync("Untrack");
        await Eventually.TrueAsync(() => ada.Leaves.Any(), "her own entry ends");

        var after = (await server.Manager.ListPresencesAsync(Key)).Single();
        after.Id.Should().Be("ada");
        after.Meta.Should().Be(before.Meta);
        after.Connections.Select(connection => connection.Ref).Should().Equal(before.Connections.Select(connection => connection.Ref));
        ada.Leaves.Should().Equal("eve");
        ada.Frames.SelectMany(frame => frame.GetProperty("moves").EnumerateArray().Chunk(3)).Should().OnlyContain(move => move[0].GetInt32() == evesRef);
        (await server.Manager.ListPresencesAsync("desk:2")).Select(presence => presence.Id).Should().Equal("grace");
        elsewhere.Diffs.Should().BeEmpty();
        elsewhere.Frames.Should().BeEmpty();
    }

    [PresenceKey("desk:{desk}")]
    public sealed class DeskHub : LiveCursorHub
    {
        public override async Task OnConnectedAsync()
        {
            await TrackPresenceAsync();
            await base.OnConnectedAsync();
        }

        /// <summary>As an application may do it that lets a visitor sign in without another connection.</summary>
        public void SignIn(string user) => Context.Items["user"] = user;

        public Task Track(object? meta) => TrackPresenceAsync(meta);

        public Task Untrack() => UntrackPresenceAsync();

        protected override string GetPresenceUserId() => Context.Items.TryGetValue("user", out var user) ? (string)user! : base.GetPresenceUserId();
    }
}
