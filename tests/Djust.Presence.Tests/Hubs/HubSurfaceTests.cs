using System.Reflection;
using Djust.Presence.Tests.Hosting;
using FluentAssertions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Xunit;

namespace Djust.Presence.Tests.Hubs;

public sealed class HubSurfaceTests
{
    [Theory]
    [InlineData(typeof(PresenceHub), new[] { "PresenceSync", "PresenceHeartbeat" })]
    [InlineData(typeof(LiveCursorHub), new[] { "PresenceSync", "PresenceHeartbeat", "CursorMove", "CursorMoveIn" })]
    public void Clients_can_call_the_methods_of_the_protocol_and_nothing_else(Type hub, string[] methods)
    {
        // As SignalR finds them: public instance methods that neither Hub nor object declares first.
        var callable = hub.GetMethods(BindingFlags.Public | BindingFlags.Instance)
            .Where(method => method.GetBaseDefinition().DeclaringType is { } type && type != typeof(Hub) && type != typeof(object) && !method.IsSpecialName)
            .Where(method => method.GetBaseDefinition().DeclaringType != typeof(IDisposable))
            .Select(method => method.Name);
        callable.Should().BeEquivalentTo(methods);
    }

    [Theory]
    [InlineData("HandleCursorMoveAsync")]
    [InlineData("UpdateCursorPositionAsync")]
    [InlineData("GetCursorsAsync")]
    [InlineData("ShowCursorsAsync")]
    [InlineData("HandleLaterAsync")]
    public async Task A_protected_member_of_a_cursor_hub_is_unknown_to_clients(string member)
    {
        await using var server = await PresenceServer.StartAsync(app => app.MapHub<PointerHub>("/boards/{id}"));
        await using var client = await PresenceClient.ConnectAsync(server, "/boards/1");
        var call = () => client.Connection.InvokeAsync(member);
        (await call.Should().ThrowAsync<HubException>()).WithMessage("*does not exist*");
    }

    [Fact]
    public async Task A_hub_with_a_typed_base_class_has_cursors_through_the_mixin()
    {
        await using var server = await PresenceServer.StartAsync(app => app.MapHub<TypedHub>("/hubs/typed/{id}"));
        await using var ada = await PresenceClient.ConnectAsync(server, "/hubs/typed/1?name=Ada");
        await using var bob = await PresenceClient.ConnectAsync(server, "/hubs/typed/1?name=Bob");
        await ada.StateAsync();
        await bob.StateAsync();
        await ada.Connection.InvokeAsync("CursorMove", 0.5, 0.25);
        await Eventually.TrueAsync(() => bob.Cursors.GetValueOrDefault(ada.SelfRef) == (0.5, 0.25), "Bob sees Ada's cursor");
        (await bob.Connection.InvokeAsync<int>("CursorCount")).Should().Be(1);
        await bob.Connection.InvokeAsync("ShowCursors", false);
        var seen = bob.Frames.Count();
        await ada.Connection.InvokeAsync("CursorMoveIn", "typed:1", 1.0, 1.0);
        await bob.Connection.InvokeAsync("CursorMove", 2.0, 2.0);
        await Eventually.TrueAsync(() => ada.Frames.Any(), "the room has flushed");
        bob.Frames.Count().Should().Be(seen);
    }

    [Theory]
    [InlineData("TrackPresenceAsync")]
    [InlineData("ListPresencesAsync")]
    [InlineData("OnPresenceJoinAsync")]
    [InlineData("GetPresenceUserId")]
    [InlineData("BroadcastToPresenceAsync")]
    public async Task A_protected_member_is_unknown_to_clients(string member)
    {
        await using var server = await PresenceServer.StartAsync(app => app.MapHub<DocumentHub>("/hubs/document/{docId}"));
        await using var client = await PresenceClient.ConnectAsync(server, "/hubs/document/1");
        var call = () => client.Connection.InvokeAsync(member);
        (await call.Should().ThrowAsync<HubException>()).WithMessage("*does not exist*");
    }

    [Fact]
    public async Task A_hub_with_a_typed_base_class_has_presence_through_the_mixin()
    {
        await using var server = await PresenceServer.StartAsync(app => app.MapHub<TypedHub>("/hubs/typed/{id}"), options => options.LeaveGracePeriod = TimeSpan.Zero);
        await using var ada = await PresenceClient.ConnectAsync(server, "/hubs/typed/1?name=Ada");
        await ada.StateAsync();
        await Eventually.TrueAsync(() => ada.Events.Any(), "the explicit callback ran");
        var bob = await PresenceClient.ConnectAsync(server, "/hubs/typed/1?name=Bob");
        await bob.StateAsync();
        var bobId = bob.SelfId;
        await Eventually.TrueAsync(() => ada.Joins.Contains(bobId), "Ada sees Bob join");
        await bob.Connection.InvokeAsync("Rename", "Robert");
        await Eventually.TrueAsync(() => ada.Updates.Any(), "Ada sees the update");
        (await bob.Connection.InvokeAsync<int>("Count")).Should().Be(2);
        var state = await ada.Connection.InvokeAsync<System.Text.Json.JsonElement>("PresenceSync", "typed:1");
        state.GetProperty("count").GetInt32().Should().Be(2);
        await bob.DisposeAsync();
        await Eventually.TrueAsync(() => ada.Leaves.Contains(bobId), "Ada sees Bob leave");
    }

    [Fact]
    public async Task A_public_callback_of_the_mixin_is_refused_at_start_with_the_fix()
    {
        var start = () => PresenceServer.StartAsync(app => app.MapHub<OpenHub>("/hubs/open"));
        (await start.Should().ThrowAsync<InvalidOperationException>()).WithMessage("*OpenHub.OnPresenceJoinAsync is public*explicitly*");
    }

    [Fact]
    public async Task A_template_that_cannot_be_parsed_is_refused_at_start()
    {
        var start = () => PresenceServer.StartAsync(app => app.MapHub<BrokenHub>("/hubs/broken"));
        (await start.Should().ThrowAsync<FormatException>()).WithMessage("*document:{docId*");
    }

    [Fact]
    public async Task A_hub_without_a_key_has_one_group_named_by_its_type()
    {
        await using var server = await PresenceServer.StartAsync(app => app.MapHub<KeylessHub>("/hubs/keyless"));
        await using var client = await PresenceClient.ConnectAsync(server, "/hubs/keyless");
        await client.StateAsync();
        client.States.Single().GetProperty("key").GetString().Should().Be(typeof(KeylessHub).FullName);
    }

    public interface ITypedClient
    {
        Task Shout(string text);
    }

    [PresenceKey("typed:{id}")]
    public sealed class TypedHub : Hub<ITypedClient>, IPresenceMixin
    {
        public override async Task OnConnectedAsync()
        {
            await this.TrackPresenceAsync(new { name = Context.GetHttpContext()!.Request.Query["name"].ToString() });
            await base.OnConnectedAsync();
        }

        public Task Rename(string name) => this.UpdatePresenceAsync(new { name });

        public Task<int> Count() => this.PresenceCountAsync();

        public Task CursorMove(double x, double y) => this.CursorMoveAsync(x, y);

        public Task CursorMoveIn(string key, double x, double y) => this.CursorMoveAsync(x, y, key);

        public Task ShowCursors(bool visible) => this.ShowCursorsAsync(visible);

        public async Task<int> CursorCount() => (await this.GetCursorsAsync()).Count;

        public Task<object> PresenceSync(string key) => this.PresenceSyncAsync(key);

        Task IPresenceMixin.OnPresenceJoinAsync(Presence presence) => this.BroadcastToPresenceAsync("joined", new { presence.Id });
    }

    public sealed class OpenHub : Hub, IPresenceMixin
    {
        public Task OnPresenceJoinAsync(Presence presence) => Task.CompletedTask;
    }

    [PresenceKey("document:{docId")]
    public sealed class BrokenHub : PresenceHub;

    public sealed class KeylessHub : PresenceHub
    {
        public override async Task OnConnectedAsync()
        {
            await TrackPresenceAsync();
            await base.OnConnectedAsync();
        }
    }
}
