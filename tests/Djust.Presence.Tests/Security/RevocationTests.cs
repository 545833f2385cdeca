using System.Collections.Concurrent;
using Djust.Presence.Backends;
using Djust.Presence.Backends.Memory;
using Djust.Presence.Tests.Hosting;
using FluentAssertions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Djust.Presence.Tests.Security;

/// <summary>A group is taken away from a user, on two servers that share a store.</summary>
public sealed class RevocationTests : IAsyncLifetime
{
    private const string Key = "document:42";

    private readonly MemoryPresenceBackend _store = new(TimeProvider.System);
    private readonly Rights _rights = new();
    private PresenceServer _one = null!;
    private PresenceServer _two = null!;

    public async Task InitializeAsync() => (_one, _two) = (await StartAsync(), await StartAsync());

    public async Task DisposeAsync()
    {
        await _one.DisposeAsync();
        await _two.DisposeAsync();
    }

    [Fact]
    public async Task Entries_and_watches_end_on_every_node_with_one_leave_and_nothing_more_is_heard()
    {
        await using var observer = await ConnectAsync(_one, "observer");
        await using var tab = await ConnectAsync(_one, "mallory");
        await using var other = await ConnectAsync(_two, "mallory");
        await using var watcher = await ConnectAsync(_two, "mallory", "/hubs/watch/42");
        await tab.Connection.InvokeAsync("TrackIn", "document:other", new { });
        var revoked = new[] { tab, other, watcher };
        await Eventually.TrueAsync(() => observer.Replay().ContainsKey("mallory") && watcher.Replay().Count == 2, "they see each other");

        _rights.Deny("mallory", Key);
        (await _one.Manager.RevokeAsync(Key, "mallory"))!.Id.Should().Be("mallory");

        await Eventually.TrueAsync(() => observer.Leaves.Contains("mallory"), "others hear of it");
        await Eventually.TrueAsync(() => Array.TrueForAll(revoked, client => client.States.Last(IsOfKey).GetProperty("count").GetInt32() == 0), "they are told that nobody is there");
        await Eventually.TrueAsync(() => Joined(_one, _two) == 1, "only the observer is left in the rooms");
        await _one.Manager.BroadcastAsync(Key, "secret");
        await Eventually.TrueAsync(() => observer.Events.Any(), "others go on");
        await _two.Manager.BroadcastAsync("document:other", "end");
        await Eventually.TrueAsync(() => tab.Events.Any(), "other groups go on");
        tab.Events.Should().ContainSingle().Which.GetProperty("event").GetString().Should().Be("end");
        other.Events.Concat(watcher.Events).Should().BeEmpty();
        observer.Leaves.Should().Equal("mallory");
        (await _two.Manager.ListPresencesAsync(Key)).Select(presence => presence.Id).Should().Equal("observer");
        (await _two.Manager.ListPresencesAsync("document:other")).Select(presence => presence.Id).Should().Equal("mallory");
        await tab.Connection.Invoking(connection => connection.InvokeAsync("PresenceSync", Key)).Should().ThrowAsync<HubException>().WithMessage("*neither tracks nor watches*");
    }

    [Fact]
    public async Task A_kick_that_is_followed_by_the_end_of_the_connection_is_one_leave()
    {
        await using var observer = await ConnectAsync(_one, "observer");
        var kicked = await ConnectAsync(_two, "mallory");
        await Eventually.TrueAsync(() => observer.Replay().ContainsKey("mallory"), "the observer sees them");

        await _one.Manager.RevokeAsync(Key, "mallory");
        await kicked.DisposeAsync();
        await Eventually.TrueAsync(() => _two.Services.GetRequiredService<ConnectionRegistry>().Count == 0, "the connection has ended");

        await using var marker = await ConnectAsync(_two, "marker");
        await Eventually.TrueAsync(() => observer.Joins.Contains("marker"), "what came before has been told");
        observer.Leaves.Should().Equal("mallory");
    }

    [Fact]
    public async Task Who_tracks_or_watches_again_is_asked_about_again()
    {
        await using var client = await ConnectAsync(_one, "mallory");
        _rights.Deny("mallory", Key);
        await _one.Manager.RevokeAsync(Key, "mallory");
        await Eventually.TrueAsync(() => Joined(_one, _two) == 0, "it is out of the room");

        var track = () => client.Connection.InvokeAsync("Track", new { });
        await track.Should().ThrowAsync<HubException>().WithMessage("*not allowed to track*");
        await client.Connection.Invoking(connection => connection.InvokeAsync("Watch", Key)).Should().ThrowAsync<HubException>().WithMessage("*not allowed to watch*");
        (await client.Connection.InvokeAsync<int>("Count")).Should().Be(0);

        _rights.Allow("mallory", Key);
        await track.Should().NotThrowAsync();
        await Eventually.TrueAsync(() => client.Replay().ContainsKey("mallory"), "it is back, and is told so");
    }

    [Theory]
    [InlineData("Track", "track")]
    [InlineData("Watch", "watch")]
    public async Task A_revocation_between_the_question_and_the_join_is_not_missed(string method, string verb)
    {
        await using var observer = await ConnectAsync(_one, "observer");
        await using var client = await ConnectAsync(_two, "mallory", "/hubs/document/elsewhere");
        var (asked, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        _rights.Hold(async () =>
        {
            asked.TrySetResult();
            await go.Task;
        });

        var call = method == "Track" ? client.Connection.InvokeAsync("TrackIn", Key, new { }) : client.Connection.InvokeAsync(method, Key);
        await asked.Task;
        _rights.Deny("mallory", Key);
        await _one.Manager.RevokeAsync(Key, "mallory");
        go.SetResult();

        await FluentActions.Awaiting(() => call).Should().ThrowAsync<HubException>().WithMessage($"*not allowed to {verb}*");
        (await _one.Manager.ListPresencesAsync(Key)).Select(presence => presence.Id).Should().Equal("observer");
        Joined(_one, _two).Should().Be(1, "only the observer is in the room");
    }

    [Fact]
    public async Task Who_was_not_there_is_nobody_and_bad_ids_are_refused()
    {
        (await _one.Manager.RevokeAsync(Key, "nobody")).Should().BeNull();
        await FluentActions.Awaiting(() => _one.Manager.RevokeAsync(Key, "")).Should().ThrowAsync<ArgumentException>();
        await FluentActions.Awaiting(() => _one.Manager.RevokeAsync("", "nobody")).Should().ThrowAsync<ArgumentException>();
    }

    private static bool IsOfKey(System.Text.Json.JsonElement state) => state.GetProperty("key").GetString() == Key;

    /// <summary>How many connections are in the room of the key.</summary>
    private static int Joined(params PresenceServer[] servers) =>
        servers.Sum(server => server.Services.GetRequiredService<ConnectionRegistry>().All.Sum(connection => connection.Memberships.Count(membership => membership.Room.Key == Key)));

    private static async Task<PresenceClient> ConnectAsync(PresenceServer server, string user, string path = "/hubs/document/42")
    {
        var client = await PresenceClient.ConnectAsync(server, path, user: user);
        await client.StateAsync();
        return client;
    }

    private Task<PresenceServer> StartAsync() => PresenceServer.StartAsync(
        app =>
        {
            app.UseTestUsers();
            app.MapHub<DocumentHub>("/hubs/document/{docId}");
            app.MapHub<WatcherHub>("/hubs/watch/{docId}");
        },
        builder =>
        {
            builder.Services.AddSignalR().AddPresence(options => options.LeaveGracePeriod = TimeSpan.FromMilliseconds(50));
            builder.Services.AddSingleton<IPresenceBackend>(new SharedBackend(_store));
            builder.Services.AddSingleton<IPresenceAuthorizer>(_rights);
        });

    private sealed class Rights : IPresenceAuthorizer
    {
        private readonly ConcurrentDictionary<(string UserId, string Key), bool> _denied = new();
        private Func<Task>? _hold;

        public void Deny(string userId, string key) => _denied[(userId, key)] = true;

        public void Allow(string userId, string key) => _denied.TryRemove((userId, key), out _);

        /// <summary>Holds up the next answer, which is decided before.</summary>
        public void Hold(Func<Task> hold) => Volatile.Write(ref _hold, hold);

        public async ValueTask<bool> AuthorizeAsync(PresenceAuthorizationContext context, CancellationToken cancellationToken = default)
        {
            var allowed = !_denied.ContainsKey((context.UserId, context.Key));
            if (Interlocked.Exchange(ref _hold, null) is { } hold)
            {
                await hold();
            }

            return allowed;
        }
    }
}
