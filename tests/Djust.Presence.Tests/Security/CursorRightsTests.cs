using System.Collections.Concurrent;
using Djust.Presence.Tests.Hosting;
using FluentAssertions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Djust.Presence.Tests.Security;

/// <summary>Who may be in a group and see its pointers, but not show their own.</summary>
public sealed class CursorRightsTests : IAsyncLifetime
{
    private readonly Rights _rights = new();
    private readonly GridHub.Log _log = new();
    private PresenceServer _server = null!;

    public async Task InitializeAsync() => _server = await PresenceServer.StartAsync(Map, builder =>
    {
        builder.Services.AddSignalR().AddPresence();
        builder.Services.AddSingleton<IPresenceAuthorizer>(_rights);
        builder.Services.AddSingleton(_log);
    });

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Theory]
    [InlineData("/boards/1")]
    [InlineData("/grids/1")]
    public async Task Who_may_not_show_a_pointer_is_told_so_once_and_sees_those_of_others(string path)
    {
        _rights.Deny("mute");
        await using var ada = await ConnectAsync("ada", path);
        await using var mute = await ConnectAsync("mute", path);
        await mute.Connection.Invoking(connection => connection.InvokeAsync("CursorMove", 1.0, 1.0)).Should().ThrowAsync<HubException>().WithMessage("*not allowed to show a cursor in this group**");
        await mute.Connection.InvokeAsync("CursorMove", 2.0, 2.0);
        await mute.Connection.InvokeAsync("CursorMoveIn", "board:1", 3.0, 3.0);

        await ada.Connection.InvokeAsync("CursorMove", 7.0, 7.0);
        await Eventually.TrueAsync(() => mute.Cursors.ContainsKey(ada.SelfRef), "it sees Ada's");
        (await _server.Services.GetRequiredService<CursorTracker>().GetCursorsAsync("board:1")).Keys.Should().Equal("ada");
        _log.Handled.Should().NotContain([1.0, 2.0, 3.0], "the application is not bothered");
        (await _server.Manager.ListPresencesAsync("board:1")).Select(presence => presence.Id).Should().Equal("ada", "mute");
        await ExpectNoCursorAsync(ada, mute.SelfRef);
    }

    [Fact]
    public async Task A_right_that_is_given_or_taken_counts_from_the_next_track_on()
    {
        _rights.Deny("mute");
        await using var ada = await ConnectAsync("ada");
        await using var mute = await ConnectAsync("mute");
        _rights.Allow("mute");
        await mute.Connection.InvokeAsync("Track", "louder");
        await mute.Connection.InvokeAsync("CursorMove", 1.0, 1.0);
        await Eventually.TrueAsync(() => ada.Cursors.ContainsKey(mute.SelfRef), "it is shown");

        _rights.Deny("mute");
        await mute.Connection.InvokeAsync("Track", "quiet");
        await Eventually.TrueAsync(() => !ada.Cursors.ContainsKey(mute.SelfRef), "what was shown ends");
        (await _server.Services.GetRequiredService<CursorTracker>().GetCursorsAsync("board:1")).Should().BeEmpty();
        await mute.Connection.Invoking(connection => connection.InvokeAsync("CursorMove", 1.0, 1.0)).Should().ThrowAsync<HubException>().WithMessage("*not allowed to show a cursor*");
    }

    [Fact]
    public async Task A_right_that_is_taken_between_the_question_and_the_join_is_not_missed()
    {
        _rights.DenyAfterFirst("mute");
        await using var mute = await PresenceClient.ConnectAsync(_server, "/boards/1?as=nobody", user: "mute");
        await mute.Connection.Invoking(connection => connection.InvokeAsync("CursorMove", 1.0, 1.0)).Should().ThrowAsync<HubException>().WithMessage("*does not track*");
        await mute.Connection.InvokeAsync("Track", "mute");
        await mute.Connection.Invoking(connection => connection.InvokeAsync("CursorMove", 1.0, 1.0)).Should().ThrowAsync<HubException>().WithMessage("*not allowed to show a cursor*");
    }

    [Fact]
    public async Task A_revocation_ends_the_entry_of_one_without_a_pointer_too_and_who_tracks_again_is_asked_again()
    {
        _rights.Deny("mute");
        await using var mute = await ConnectAsync("mute");
        (await _server.Manager.RevokeAsync("board:1", "mute"))!.Id.Should().Be("mute");
        await Eventually.TrueAsync(() => mute.States.Last().GetProperty("count").GetInt32() == 0, "it is told that nobody is there");
        _rights.Allow("mute");
        await mute.Connection.InvokeAsync("Track", "again");
        await mute.Connection.InvokeAsync("CursorMove", 1.0, 1.0);
        (await _server.Services.GetRequiredService<CursorTracker>().GetCursorsAsync("board:1")).Keys.Should().Equal("mute");
    }

    [Fact]
    public async Task Hubs_without_pointers_are_not_asked_about()
    {
        await using var document = await ConnectAsync("ada", "/documents/1");
        _rights.Asked.Should().Contain(PresenceOperation.Track).And.NotContain(PresenceOperation.Cursor);
    }

    [Theory]
    [InlineData("/members/1", "member", false)]
    [InlineData("/members/1", "speaker", true)]
    [InlineData("/speakers/1", "member", false)]
    [InlineData("/speakers/1", "speaker", true)]
    public async Task The_policy_of_the_group_decides_on_pointers_unless_they_have_one_of_their_own(string path, string user, bool allowed)
    {
        await using var server = await PresenceServer.StartAsync(Map, builder =>
        {
            builder.Services.AddSignalR().AddPresence();
            builder.Services.AddAuthorizationBuilder()
                .AddPolicy("Members", policy => policy.RequireAssertion(asked => ((PresenceAuthorizationContext)asked.Resource!) is { Operation: not PresenceOperation.Cursor } or { UserId: "speaker" }))
                .AddPolicy("Anybody", policy => policy.RequireAssertion(asked => ((PresenceAuthorizationContext)asked.Resource!).Operation != PresenceOperation.Cursor))
                .AddPolicy("Speakers", policy => policy.RequireAssertion(asked => ((PresenceAuthorizationContext)asked.Resource!).UserId == "speaker"));
        });
        await using var client = await PresenceClient.ConnectAsync(server, path, user: user);
        await client.StateAsync();
        var move = () => client.Connection.InvokeAsync("CursorMove", 1.0, 1.0);
        if (allowed)
        {
            await move.Should().NotThrowAsync();
        }
        else
        {
            await move.Should().ThrowAsync<HubException>().WithMessage("*not allowed to show a cursor*");
        }
    }

    private static void Map(WebApplication app)
    {
        app.UseTestUsers();
        app.MapHub<PointerHub>("/boards/{id}");
        app.MapHub<GridHub>("/grids/{id}");
        app.MapHub<DocumentHub>("/documents/{docId}");
        app.MapHub<MembersHub>("/members/{id}");
        app.MapHub<SpeakersHub>("/speakers/{id}");
    }

    /// <summary>Another cursor that is sent later has come, and none of this connection's.</summary>
    private async Task ExpectNoCursorAsync(PresenceClient client, int @ref)
    {
        await using var other = await ConnectAsync("other");
        await other.Connection.InvokeAsync("CursorMove", 9.0, 9.0);
        await Eventually.TrueAsync(() => client.Cursors.ContainsKey(other.SelfRef), "a later one comes");
        client.Frames.SelectMany(CursorFrames.Moves).Should().NotContain(move => move.Ref == @ref);
    }

    private async Task<PresenceClient> ConnectAsync(string user, string path = "/boards/1")
    {
        var client = await PresenceClient.ConnectAsync(_server, path, user: user);
        await client.StateAsync();
        return client;
    }

    [PresenceKey("members:{id}", Policy = "Members")]
    public sealed class MembersHub : PointerHub;

    [PresenceKey("speakers:{id}", Policy = "Anybody", CursorPolicy = "Speakers")]
    public sealed class SpeakersHub : PointerHub;

    private sealed class Rights : IPresenceAuthorizer
    {
        private readonly ConcurrentDictionary<string, int> _allowed = new();

        public ConcurrentQueue<PresenceOperation> Asked { get; } = new();

        public void Deny(string userId) => _allowed[userId] = 0;

        public void DenyAfterFirst(string userId) => _allowed[userId] = 1;

        public void Allow(string userId) => _allowed.TryRemove(userId, out _);

        public ValueTask<bool> AuthorizeAsync(PresenceAuthorizationContext context, CancellationToken cancellationToken = default)
        {
            Asked.Enqueue(context.Operation);
            return new(context.Operation != PresenceOperation.Cursor || !_allowed.ContainsKey(context.UserId) || _allowed.AddOrUpdate(context.UserId, 0, (_, left) => left - 1) >= 0);
        }
    }
}
