using System.Text.Json;
using Djust.Presence.Tests.Hosting;
using FluentAssertions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Xunit;

namespace Djust.Presence.Tests.Security;

/// <summary>Viewers of one group who may see different fields, over real connections. Nobody but staff may read a mail address.</summary>
public sealed class ProjectionTests : IAsyncLifetime
{
    private const string Key = "document:42";
    private const string Secret = "ada@example.com";

    private readonly RolesProjection _roles = new();
    private readonly FakeLogCollector _logs = new();
    private PresenceServer _server = null!;

    public async Task InitializeAsync() => _server = await StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Each_viewer_sees_the_fields_of_their_audience_in_states_and_in_diffs(bool messagePack)
    {
        await using var staff = await ConnectAsync("staff", messagePack: messagePack);
        await using var guest = await ConnectAsync("guest", messagePack: messagePack);
        await using var watcher = await ConnectAsync("other guest", "/hubs/watch/42", messagePack);
        await using var ada = await ConnectAsync("ada");
        await ada.Connection.InvokeAsync("SetMeta", new { name = "Ada", mail = Secret });
        await Eventually.TrueAsync(() => Fields(staff).Contains("mail"), "staff sees the address");
        await Eventually.TrueAsync(() => Name(guest) == "Ada" && Name(watcher) == "Ada", "guests see the name");

        await using var late = await ConnectAsync("late guest", messagePack: messagePack);
        await using var lateStaff = await ConnectAsync("staff", messagePack: messagePack);
        Fields(late).Should().Equal("name");
        Fields(lateStaff).Should().Contain("mail");
        Array.ForEach([guest, watcher, late, ada], client => Text(client).Should().NotContain(Secret));
        guest.SelfId.Should().Be("guest");
        (await _server.Manager.ListPresencesAsync(Key)).Single(presence => presence.Id == "ada")["mail"].Should().Be(Secret, "the server's own lists are whole");
    }

    [Fact]
    public async Task What_a_viewer_cannot_see_is_no_update_for_them_and_later_ones_follow_on()
    {
        await using var staff = await ConnectAsync("staff");
        await using var guest = await ConnectAsync("guest");
        await using var ada = await ConnectAsync("ada");
        await ada.Connection.InvokeAsync("SetMeta", new { name = "Ada", mail = "first" });
        await Eventually.TrueAsync(() => Name(guest) == "Ada" && Fields(staff).Contains("mail"), "both know her");
        var before = guest.Diffs.Count();

        await ada.Connection.InvokeAsync("SetMeta", new { name = "Ada", mail = "second" });
        await Eventually.TrueAsync(() => Text(staff).Contains("second", StringComparison.Ordinal), "staff sees the change");
        await _server.Manager.BroadcastAsync(Key, "marker");
        await Eventually.TrueAsync(() => guest.Events.Any(), "what came before the event has come");
        guest.Diffs.Should().HaveCount(before);

        // The replay is strict: each diff has to start where the one before ended.
        await ada.Connection.InvokeAsync("SetMeta", new { name = "Countess", mail = "second" });
        await Eventually.TrueAsync(() => Name(guest) == "Countess" && Name(staff) == "Countess", "both see the next");
    }

    [Fact]
    public async Task A_state_that_is_asked_for_and_one_after_a_reconnect_show_no_more()
    {
        await using var ada = await ConnectAsync("ada");
        await ada.Connection.InvokeAsync("SetMeta", new { name = "Ada", mail = Secret });
        await using (var guest = await ConnectAsync("guest"))
        {
            Text(await guest.Connection.InvokeAsync<JsonElement>("PresenceSync", Key)).Should().Contain("Ada").And.NotContain(Secret);
        }

        await using var again = await ConnectAsync("guest");
        Text(again).Should().Contain("Ada").And.NotContain(Secret);
        Text(await again.Connection.InvokeAsync<JsonElement>("PresenceSync", Key)).Should().Contain("Ada").And.NotContain(Secret);
        await using var staff = await ConnectAsync("staff");
        Text(await staff.Connection.InvokeAsync<JsonElement>("PresenceSync", Key)).Should().Contain(Secret);
    }

    [Fact]
    public async Task The_metas_of_single_tabs_are_projected_too()
    {
        await using var staff = await ConnectAsync("staff");
        await using var guest = await ConnectAsync("guest");
        await using var first = await ConnectAsync("ada");
        await first.Connection.InvokeAsync("SetMeta", new { name = "Ada", mail = Secret });
        await using var second = await ConnectAsync("ada");
        await second.Connection.InvokeAsync("SetMeta", new { name = "Ada", mail = "second" });

        await Eventually.TrueAsync(() => Connections(staff).Any(connection => connection.TryGetProperty("meta", out _)), "staff sees that the tabs differ");
        await Eventually.TrueAsync(
            () => Connections(guest) is { Length: 2 } tabs && !tabs.Any(connection => connection.TryGetProperty("meta", out _)), "the guest sees two tabs that look the same");
        Text(staff).Should().Contain(Secret);
        Text(guest).Should().NotContain(Secret);
    }

    [Theory]
    [InlineData("stranger")]
    [InlineData("fails to be named")]
    [InlineData("fails to be shown")]
    public async Task Who_has_no_audience_or_a_failing_one_sees_ids_only_and_nobody_else_notices(string user)
    {
        await using var staff = await ConnectAsync("staff");
        await using var viewer = await ConnectAsync(user);
        await using var ada = await ConnectAsync("ada");
        await ada.Connection.InvokeAsync("SetMeta", new { name = "Ada", mail = Secret });
        await Eventually.TrueAsync(() => Fields(staff).Contains("mail"), "staff sees the address");
        await Eventually.TrueAsync(() => viewer.Replay().ContainsKey("ada"), "the id is shown");

        await using var again = await ConnectAsync(user);
        again.Replay().Keys.Should().BeEquivalentTo("staff", user, "ada");
        again.Replay().Values.Concat(viewer.Replay().Values).Should().OnlyContain(presence => presence.GetProperty("meta").GetRawText() == "{}");
        _logs.GetSnapshot().Where(log => log.Message.Contains(nameof(IPresenceProjection), StringComparison.Ordinal)).Select(log => log.Level)
            .Should().Equal(user == "stranger" ? [] : [LogLevel.Error], "a failure is said once");
        _logs.GetSnapshot().Should().NotContain(log => (log.Message + log.Exception).Contains(Secret));
    }

    [Fact]
    public async Task Beyond_the_audiences_of_a_group_viewers_are_refused_and_the_others_go_on()
    {
        await using var server = await StartAsync(options => options.MaxAudiencesPerGroup = 1);
        var staff = await ConnectAsync("staff", server: server);
        await using var guest = await ConnectAsync("guest", "/hubs/document/other", server: server);
        var watch = () => guest.Connection.InvokeAsync("Watch", Key);
        var track = () => guest.Connection.InvokeAsync("TrackIn", Key, new { });
        await watch.Should().ThrowAsync<HubException>().WithMessage("*1 audiences*MaxAudiencesPerGroup*");
        await track.Should().ThrowAsync<HubException>().WithMessage("*MaxAudiencesPerGroup*");
        guest.Events.Should().BeEmpty();
        (await server.Manager.ListPresencesAsync(Key)).Select(presence => presence.Id).Should().Equal("staff");

        // Neither another of the same audience nor one without any counts.
        await using (await ConnectAsync("staff", server: server))
        await using (await ConnectAsync("stranger", server: server))
        {
            await watch.Should().ThrowAsync<HubException>();
        }

        await staff.DisposeAsync();
        await Eventually.TrueAsync(() => server.Services.GetRequiredService<RoomRegistry>().Find(Key) is null, "nobody is left in the room");
        await watch.Should().NotThrowAsync();
    }

    [Fact]
    public async Task Who_tracks_again_and_is_of_another_audience_gets_a_state_that_shows_what_it_sees()
    {
        await using var guest = await ConnectAsync("guest");
        await using var ada = await ConnectAsync("ada");
        await ada.Connection.InvokeAsync("SetMeta", new { name = "Ada", mail = Secret });
        await Eventually.TrueAsync(() => Name(guest) == "Ada", "the guest knows her");

        _roles.Staff = "guest";
        await guest.Connection.InvokeAsync("Track", new { });
        await Eventually.TrueAsync(() => Fields(guest).Contains("mail"), "promoted");
        _roles.Staff = "nobody";
        await guest.Connection.InvokeAsync("Track", new { });
        await Eventually.TrueAsync(() => !Fields(guest).Contains("mail"), "and back");
        guest.States.Should().HaveCount(3);
    }

    [Fact]
    public async Task Positions_that_a_hub_hands_out_carry_what_the_caller_may_see()
    {
        await using var ada = await ConnectAsync("ada", "/boards/42");
        await using var guest = await ConnectAsync("guest", "/boards/42");
        await ada.Connection.InvokeAsync("TrackMeta", new { name = "Ada", mail = Secret });
        await ada.Connection.InvokeAsync("CursorMove", 0.5, 0.5);
        await using var staff = await ConnectAsync("staff", "/boards/42");

        await Eventually.TrueAsync(async () => (await staff.Connection.InvokeAsync<string[]>("Metas")).SingleOrDefault()?.Contains(Secret, StringComparison.Ordinal) == true, "staff sees the address");
        (await guest.Connection.InvokeAsync<string[]>("Metas")).Should().Equal("""{"name":"Ada"}""");
    }

    [Fact]
    public async Task A_list_for_a_viewer_is_what_they_may_see()
    {
        await _server.Manager.JoinPresenceAsync(Key, "ada", new { name = "Ada", mail = Secret });
        var guests = await _server.Manager.ListPresencesAsync(Viewer("guest"));
        var staff = await _server.Manager.ListPresencesAsync(Viewer("staff"));
        (guests.Count, guests[0].Meta.ToString(), guests.Single().Meta.ToString()).Should().Be((1, """{"name":"Ada"}""", """{"name":"Ada"}"""));
        staff.Single().Should().BeSameAs((await _server.Manager.ListPresencesAsync(Key)).Single(), "nothing is hidden");

        static PresenceViewer Viewer(string userId) => new() { Key = Key, UserId = userId, User = new() };
    }

    [Fact]
    public async Task The_projection_is_asked_about_the_connection_as_it_is()
    {
        await using var guest = await ConnectAsync("guest");
        _roles.Last!.UserId.Should().Be("guest");
        (_roles.Last.Key, _roles.Last.User.Identity!.Name, _roles.Last.HubType).Should().Be((Key, "Name of guest", typeof(DocumentHub)));
    }

    private static string Text(PresenceClient client) => string.Concat(client.Received.Select(message => Text(message.Message)));

    private static string Text(JsonElement message) => message.GetRawText();

    private static JsonElement? Ada(PresenceClient client) => client.Replay().TryGetValue("ada", out var ada) ? ada : null;

    private static string? Name(PresenceClient client) => Ada(client)?.GetProperty("meta").TryGetProperty("name", out var name) == true ? name.GetString() : null;

    private static string[] Fields(PresenceClient client) => [.. Ada(client)?.GetProperty("meta").EnumerateObject().Select(field => field.Name) ?? []];

    private static JsonElement[] Connections(PresenceClient client) => [.. Ada(client)?.GetProperty("connections").EnumerateArray() ?? default];

    private async Task<PresenceClient> ConnectAsync(string user, string path = "/hubs/document/42", bool messagePack = false, PresenceServer? server = null)
    {
        var client = await PresenceClient.ConnectAsync(server ?? _server, path, user: user, messagePack: messagePack);
        await client.StateAsync();
        return client;
    }

    private Task<PresenceServer> StartAsync(Action<PresenceOptions>? options = null) => PresenceServer.StartAsync(
        app =>
        {
            app.UseTestUsers();
            app.MapHub<DocumentHub>("/hubs/document/{docId}");
            app.MapHub<WatcherHub>("/hubs/watch/{docId}");
            app.MapHub<PointerHub>("/boards/{id}");
        },
        builder =>
        {
            builder.Services.AddSignalR().AddMessagePackProtocol().AddPresence(options ?? (_ => { })).AddPresenceProjection<RolesProjection>();
            builder.Services.AddSingleton<IPresenceProjection>(_roles);
            builder.Services.AddSingleton<ILoggerProvider>(new FakeLoggerProvider(_logs));
        });

    private sealed class RolesProjection : IPresenceProjection
    {
        public string Staff { get; set; } = "staff";

        public PresenceViewer? Last { get; private set; }

        public string? AudienceOf(PresenceViewer viewer)
        {
            Last = viewer;
            return viewer.UserId switch
            {
                "stranger" => null,
                "fails to be named" => throw new InvalidOperationException("No audience."),
                "fails to be shown" => "broken",
                var user => user == Staff ? "staff" : "guests",
            };
        }

        public PresenceMeta Project(string audience, string key, string userId, PresenceMeta meta) => audience switch
        {
            "staff" => meta,
            "guests" => meta.Only("name"),
            _ => throw new InvalidOperationException($"Nothing is known of {meta}."),
        };
    }
}
