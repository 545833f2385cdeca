using System.Net;
using Djust.Presence.Tests.Hosting;
using FluentAssertions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Djust.Presence.Tests.Hubs;

public sealed class LiveCursorHubTests : IAsyncLifetime
{
    private PresenceServer _server = null!;

    public async Task InitializeAsync() => _server = await PresenceServer.StartAsync(app => app.MapHub<PointerHub>("/boards/{id}"));

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, true)]
    [InlineData(false, true)]
    public async Task A_move_reaches_the_others_in_one_frame_and_not_the_sender(bool messagePack, bool othersMessagePack)
    {
        await using var ada = await ConnectAsync(messagePack: messagePack);
        await using var bob = await ConnectAsync(messagePack: othersMessagePack);
        await ada.Connection.InvokeAsync("CursorMove", 0.25, 0.123456);
        await Eventually.TrueAsync(() => bob.Frames.Any(), "Bob gets a frame");
        bob.Frames.Should().ContainSingle();
        bob.Frames.Single().GetProperty("key").GetString().Should().Be("board:1");
        bob.Cursors.Should().Equal(new Dictionary<int, (double, double)> { [ada.SelfRef] = (0.25, 0.1235) });

        await bob.Connection.InvokeAsync("CursorMove", 1.0, 2.0);
        await Eventually.TrueAsync(() => ada.Frames.Any(), "Ada gets Bob's");
        ada.Cursors.Should().Equal(new Dictionary<int, (double, double)> { [bob.SelfRef] = (1, 2) });
        bob.Cursors.Should().ContainSingle("one's own never comes");
    }

    [Fact]
    public async Task The_last_of_many_moves_arrives_and_most_of_the_others_need_not()
    {
        await using var ada = await ConnectAsync();
        await using var bob = await ConnectAsync();
        for (var i = 1; i <= 50; i++)
        {
            await ada.Connection.SendAsync("CursorMove", i / 100.0, -i / 100.0);
        }

        await Eventually.TrueAsync(() => bob.Cursors.GetValueOrDefault(ada.SelfRef) == (0.5, -0.5), "the last position arrives");
        bob.Frames.Count().Should().BeLessThan(50);
    }

    [Fact]
    public async Task Nothing_is_sent_to_a_room_with_one_connection()
    {
        await using var ada = await ConnectAsync();
        for (var i = 0; i < 20; i++)
        {
            await ada.Connection.InvokeAsync("CursorMove", i / 10.0, 0.5);
        }

        await ada.Connection.InvokeAsync("Track", "Ada");
        await Eventually.TrueAsync(() => ada.Updates.Any(), "the room has flushed");
        ada.Frames.Should().BeEmpty();
    }

    [Fact]
    public async Task A_watcher_sees_cursors_and_has_none()
    {
        await using var ada = await ConnectAsync();
        await using var watcher = await ConnectAsync("?as=watcher");
        await ada.Connection.InvokeAsync("CursorMove", 0.5, 0.5);
        await Eventually.TrueAsync(() => watcher.Cursors.Count == 1, "the watcher sees Ada's");
        var move = () => watcher.Connection.InvokeAsync("CursorMove", 0.1, 0.1);
        (await move.Should().ThrowAsync<HubException>()).WithMessage("*does not track*");
        await ada.Connection.InvokeAsync("Track", "Ada");
        await Eventually.TrueAsync(() => ada.Updates.Any(), "the room has flushed");
        ada.Frames.Should().BeEmpty();
    }

    [Fact]
    public async Task Moves_before_tracking_are_refused_once_and_then_ignored_until_it_tracks()
    {
        await using var bob = await ConnectAsync();
        await using var ada = await PresenceClient.ConnectAsync(_server, "/boards/1?as=nobody");
        for (var round = 0; round < 2; round++)
        {
            var move = () => ada.Connection.InvokeAsync("CursorMove", 0.1, 0.1);
            (await move.Should().ThrowAsync<HubException>()).WithMessage("*Track it first*");
            for (var i = 0; i < 5; i++)
            {
                await ada.Connection.InvokeAsync("CursorMove", 0.1, 0.1);
            }

            await ada.Connection.InvokeAsync("Track", "Ada");
            await ada.Connection.InvokeAsync("CursorMove", 0.5 + round, 0.5);
            await Eventually.TrueAsync(() => bob.Cursors.Values.Contains((0.5 + round, 0.5)), "now it moves");
            bob.Frames.SelectMany(CursorFrames.Moves).Should().NotContain(point => point.X == 0.1);
            await ada.Connection.InvokeAsync("Untrack");
        }
    }

    [Fact]
    public async Task In_several_groups_a_move_says_which_one_it_is_in()
    {
        await using var ada = await ConnectAsync();
        await using var first = await ConnectAsync();
        await using var second = await ConnectAsync(board: 2);
        await ada.Connection.InvokeAsync("TrackIn", "board:2");
        await ada.Connection.InvokeAsync("CursorMoveIn", "board:2", 2.0, 2.0);
        await ada.Connection.InvokeAsync("CursorMove", 1.0, 1.0);
        await Eventually.TrueAsync(() => first.Frames.Any() && second.Frames.Any(), "both groups get a frame");
        first.Cursors.Values.Should().Equal((1, 1));
        second.Cursors.Values.Should().Equal((2, 2));
        foreach (var key in new[] { "board:3", "", "BOARD:2", null })
        {
            var move = () => ada.Connection.InvokeAsync("CursorMoveIn", key, 3.0, 3.0);
            (await move.Should().ThrowAsync<HubException>()).WithMessage("*does not track*");
            await move.Should().NotThrowAsync("it is told once");
            await ada.Connection.InvokeAsync("CursorMoveIn", "board:2", 2.0, 2.0);
        }
    }

    [Fact]
    public async Task Whoever_hides_cursors_is_sent_none_and_gets_all_when_it_shows_them_again()
    {
        await using var ada = await ConnectAsync();
        await using var bob = await ConnectAsync();
        await using var witness = await ConnectAsync();
        await ada.Connection.InvokeAsync("CursorMove", 1.0, 1.0);
        await Eventually.TrueAsync(() => bob.Cursors.Count == 1 && witness.Cursors.Count == 1, "both see it");
        await bob.Connection.InvokeAsync("Show", false);
        var before = bob.Frames.Count();
        await ada.Connection.InvokeAsync("CursorMove", 2.0, 2.0);
        await witness.Connection.InvokeAsync("CursorMove", 3.0, 3.0);
        await Eventually.TrueAsync(() => ada.Cursors.Count == 1 && witness.Cursors[ada.SelfRef] == (2, 2), "others see it");
        await ada.Connection.InvokeAsync("CursorMove", 4.0, 4.0);
        await Eventually.TrueAsync(() => witness.Cursors[ada.SelfRef] == (4, 4), "others see it");
        bob.Frames.Count().Should().Be(before);
        await bob.Connection.InvokeAsync("Show", true);
        await Eventually.TrueAsync(() => bob.Frames.Count() > before, "it gets a frame");
        CursorFrames.Moves(bob.Frames.ElementAt(before)).Should().BeEquivalentTo([(ada.SelfRef, 4.0, 4.0), (witness.SelfRef, 3.0, 3.0)]);
    }

    [Fact]
    public async Task A_cursor_goes_with_its_owner_right_after_the_diff_that_says_so()
    {
        await using var bob = await ConnectAsync();
        await using var ada = await ConnectAsync();
        await ada.Connection.InvokeAsync("CursorMove", 1.0, 1.0);
        await Eventually.TrueAsync(() => bob.Cursors.Count == 1, "Bob sees it");
        await ada.Connection.InvokeAsync("Untrack");
        await Eventually.TrueAsync(() => bob.Cursors.Count == 0, "it goes");
        var leave = bob.Received.ToList().FindIndex(message => message.Target == "PresenceDiff" && message.Message.GetProperty("leaves").GetArrayLength() == 1);
        bob.Received[leave + 1].Target.Should().Be("CursorFrame");
        CursorFrames.Gone(bob.Received[leave + 1].Message).Should().Equal(ada.SelfRef);
        (await bob.Connection.InvokeAsync<double[]>("Positions")).Should().BeEmpty();
    }

    [Fact]
    public async Task However_often_a_page_is_reloaded_it_has_one_cursor()
    {
        await using var bob = await ConnectAsync();
        var visitor = new CookieContainer();
        for (var i = 1; i <= 10; i++)
        {
            await using var ada = await ConnectAsync(visitor: visitor);
            await ada.Connection.InvokeAsync("CursorMove", i + 0.0, 0.0);
            await Eventually.TrueAsync(() => bob.Cursors.Values.Contains((i, 0)), "Bob sees the newest");
            bob.Cursors.Should().ContainSingle();
            await ada.DisposeAsync();
            await Eventually.TrueAsync(() => _server.Services.GetRequiredService<ConnectionRegistry>().Count == 1, "the server has seen the end");
        }

        await Eventually.TrueAsync(() => bob.Cursors.Count == 0, "the last leave takes it away");
    }

    [Fact]
    public async Task Whoever_comes_late_gets_all_cursors_in_the_first_frame_after_its_state()
    {
        await using var ada = await ConnectAsync();
        await using var bob = await ConnectAsync();
        await ada.Connection.InvokeAsync("CursorMove", 1.0, 1.0);
        await bob.Connection.InvokeAsync("CursorMove", 2.0, 2.0);
        await Eventually.TrueAsync(() => ada.Cursors.Count == 1 && bob.Cursors.Count == 1, "both have moved");
        await using var late = await ConnectAsync();
        await Eventually.TrueAsync(() => late.Received.Count >= 2, "a frame follows the state");
        late.Received.Take(2).Select(message => message.Target).Should().Equal("PresenceState", "CursorFrame");
        CursorFrames.Moves(late.Frames.First()).Should().BeEquivalentTo([(ada.SelfRef, 1.0, 1.0), (bob.SelfRef, 2.0, 2.0)]);
        (await late.Connection.InvokeAsync<double[]>("Positions")).Should().BeEquivalentTo([1.0, 1, 2, 2]);
    }

    private async Task<PresenceClient> ConnectAsync(string query = "", int board = 1, bool messagePack = false, CookieContainer? visitor = null)
    {
        var client = await PresenceClient.ConnectAsync(_server, $"/boards/{board}{query}", visitor, messagePack);
        await client.StateAsync();
        return client;
    }
}
