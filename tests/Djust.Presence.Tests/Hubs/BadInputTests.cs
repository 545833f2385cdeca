using System.Text.Json;
using Djust.Presence.Tests.Hosting;
using FluentAssertions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Djust.Presence.Tests.Hubs;

/// <summary>Each mistake gets a message that says what was wrong and what is allowed; the connection stays and nothing else changes.</summary>
public sealed class BadInputTests
{
    public static TheoryData<string, object?[], string> Mistakes => new()
    {
        { "TrackIn", [new string('k', 201), new { }], "*201 characters*at most 200*MaxKeyLength*" },
        { "TrackIn", ["", new { }], "*empty*1 to 200*" },
        { "TrackIn", ["a\u0000b", new { }], "*control character U+0000*" },
        { "SetMeta", [new { text = new string('x', 2_048) }], "*bytes of JSON; at most 2048 are allowed*" },
        { "SetMeta", [new[] { 1, 2 }], "*cannot be*JSON object*" },
        { "SetMeta", ["text"], "*cannot be*JSON object*" },
        { "SetMeta", [JsonSerializer.Deserialize<JsonElement>("""{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{}}}}}}}}}""")], "*9 levels deep; at most 8*" },
        { "TrackCyclic", [], "*cyclic*" },
        { "Watch", ["secret"], "*not allowed to watch this group (2bb80d537b1d in the log)*" },
        { "TrackIn", ["secret", new { }], "*not allowed to track this group (2bb80d537b1d in the log)*" },
        { "PresenceSync", ["secret"], "*neither tracks nor watches*" },
        { "PresenceSync", [null], "*PresenceSync needs the presence key*" },
        { "UpdateIn", ["elsewhere", new { }], "*does not track this group (*" },
        { "TrackAs", [new string('u', 201)], "*user id*201 characters*MaxUserIdLength*" },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public async Task A_mistake_is_told_and_changes_nothing(string method, object?[] arguments, string message)
    {
        await using var server = await PresenceServer.StartAsync(
            app => app.MapHub<MistakeHub>("/hubs/mistakes/{docId}"),
            builder =>
            {
                builder.Services.AddSignalR().AddPresence();
                builder.Services.AddSingleton<IPresenceAuthorizer, NoSecrets>();
            });
        await using var client = await PresenceClient.ConnectAsync(server, "/hubs/mistakes/42");
        await client.StateAsync();
        var before = await server.Manager.ListPresencesAsync("document:42");

        var call = () => client.Connection.InvokeCoreAsync(method, arguments);
        (await call.Should().ThrowAsync<HubException>()).WithMessage(message);

        client.Connection.State.Should().Be(HubConnectionState.Connected);
        (await server.Manager.ListPresencesAsync("document:42")).Should().BeSameAs(before);
        await client.Connection.InvokeAsync("Rename", "still works");
        await Eventually.TrueAsync(() => client.Updates.Any(), "the connection goes on");
    }

    [Theory]
    [InlineData("/hubs/desk", "*\"desk:{desk}\" needs a value for {desk}*")]
    [InlineData("/hubs/desk?desk=", "*\"desk:{desk}\" needs a value for {desk}*")]
    [InlineData("/hubs/desk?desk=1&desk=2", "*gives {desk} 2 times*")]
    [InlineData("/hubs/secret", "*{id} in the route*secret*")]
    public async Task A_variable_without_one_value_is_named(string path, string message)
    {
        await using var server = await PresenceServer.StartAsync(app =>
        {
            app.MapHub<DeskHub>("/hubs/desk");
            app.MapHub<SecretHub>("/hubs/secret");
        });
        await using var client = await PresenceClient.ConnectAsync(server, path);
        var enter = () => client.Connection.InvokeAsync("Enter");
        (await enter.Should().ThrowAsync<HubException>()).WithMessage(message);
        client.Connection.State.Should().Be(HubConnectionState.Connected);
    }

    [Fact]
    public async Task One_connection_may_be_in_so_many_groups_and_no_more()
    {
        await using var server = await PresenceServer.StartAsync(app => app.MapHub<DocumentHub>("/hubs/document/{docId}"), options => options.MaxGroupsPerConnection = 3);
        await using var client = await PresenceClient.ConnectAsync(server, "/hubs/document/1");
        await client.Connection.InvokeAsync("TrackIn", "two", null);
        await client.Connection.InvokeAsync("Watch", "three");
        var fourth = () => client.Connection.InvokeAsync("Watch", "four");
        (await fourth.Should().ThrowAsync<HubException>()).WithMessage("*in 3 groups*MaxGroupsPerConnection*");
        await client.Connection.InvokeAsync("Unwatch", "three");
        await client.Connection.InvokeAsync("Watch", "four");
    }

    [Fact]
    public async Task One_user_may_have_so_many_connections_and_the_first_ones_keep_working()
    {
        await using var server = await PresenceServer.StartAsync(
            app =>
            {
                app.UseTestUsers();
                app.MapHub<DocumentHub>("/hubs/document/{docId}");
            },
            options => options.MaxConnectionsPerUser = 2);
        await using var first = await PresenceClient.ConnectAsync(server, "/hubs/document/1", user: "ada");
        await using var second = await PresenceClient.ConnectAsync(server, "/hubs/document/1", user: "ada");
        await Task.WhenAll(first.StateAsync(), second.StateAsync());
        await using var third = await PresenceClient.ConnectAsync(server, "/hubs/document/2", user: "ada");
        var track = () => third.Connection.InvokeAsync("TrackIn", "document:1", null);
        (await track.Should().ThrowAsync<HubException>()).WithMessage("*2 connections*MaxConnectionsPerUser*");
        await second.Connection.InvokeAsync("Rename", "still works");
    }

    [Fact]
    public async Task A_policy_decides_who_may_track()
    {
        await using var server = await PresenceServer.StartAsync(
            app =>
            {
                app.UseTestUsers();
                app.MapHub<MembersHub>("/hubs/members/{id}");
            },
            builder =>
            {
                builder.Services.AddSignalR().AddPresence();
                builder.Services.AddAuthorization(options =>
                    options.AddPolicy("member", policy => policy.RequireAssertion(context =>
                        context.Resource is PresenceAuthorizationContext { Key: "members:1", UserId: "ada" })));
            });
        await using var ada = await PresenceClient.ConnectAsync(server, "/hubs/members/1", user: "ada");
        await using var eve = await PresenceClient.ConnectAsync(server, "/hubs/members/1", user: "eve");
        await ada.Connection.InvokeAsync("Enter");
        var enter = () => eve.Connection.InvokeAsync("Enter");
        (await enter.Should().ThrowAsync<HubException>()).WithMessage("*not allowed to track*");
        (await server.Manager.ListPresencesAsync("members:1")).Select(presence => presence.Id).Should().Equal("ada");
    }

    [PresenceKey("members:{id}", Policy = "member")]
    public sealed class MembersHub : PresenceHub
    {
        public Task Enter() => TrackPresenceAsync();
    }

    [PresenceKey("desk:{desk}")]
    public sealed class DeskHub : PresenceHub
    {
        public Task Enter() => TrackPresenceAsync();
    }

    /// <summary>Its variable has the name that SignalR gives its own secret in the query string.</summary>
    [PresenceKey("secret:{id}")]
    public sealed class SecretHub : PresenceHub
    {
        public Task Enter() => TrackPresenceAsync();
    }

    [PresenceKey("document:{docId}")]
    public class MistakeHub : DocumentHub
    {
        private string? _userId;

        public Task TrackCyclic()
        {
            var meta = new Dictionary<string, object>();
            meta["self"] = meta;
            return TrackPresenceAsync(meta);
        }

        public Task UpdateIn(string key, object? meta) => UpdatePresenceAsync(key, meta);

        public Task TrackAs(string userId)
        {
            _userId = userId;
            return TrackPresenceAsync();
        }

        protected override string GetPresenceUserId() => _userId ?? base.GetPresenceUserId();
    }

    private sealed class NoSecrets : IPresenceAuthorizer
    {
        public ValueTask<bool> AuthorizeAsync(PresenceAuthorizationContext context, CancellationToken cancellationToken = default) =>
            new(context.Key != "secret");
    }
}
