using Djust.Presence.Tests.Hosting;
using FluentAssertions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Xunit;

namespace Djust.Presence.Tests.Hubs;

/// <summary>Clients that send what no client of ours would, over a bare socket.</summary>
public sealed class CursorGarbageTests : IAsyncLifetime
{
    private PresenceServer _server = null!;

    public static TheoryData<string> Refused => new()
    {
        "\"NaN\",0", "0,\"NaN\"", "\"Infinity\",0", "\"-Infinity\",0", "1e308,0", "0,-1e308", "1e999,0", "1000000001,0",
        "\"0.5\",0", "{},0", "[],0", "[0.5],0", "null,0", "0,null", "true,0", "", "0", "0,0,0", "{\"x\":0},{\"y\":0}", "0.5,{\"toString\":1}",
    };

    public async Task InitializeAsync() => _server = await PresenceServer.StartAsync(app => app.MapHub<PointerHub>("/boards/{id}"));

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Theory]
    [MemberData(nameof(Refused))]
    public Task What_is_no_pair_of_numbers_in_bounds_is_refused_and_the_connection_goes_on(string arguments) =>
        SendAsync($$"""{"type":1,"invocationId":"7","target":"CursorMove","arguments":[{{arguments}}]}""", isRefused: true);

    [Theory]
    [InlineData("7,0,0")]
    [InlineData("null,0,0")]
    [InlineData("{},0,0")]
    [InlineData("\"board:1\",0")]
    [InlineData("\"board:1\",\"NaN\",0")]
    [InlineData("\"board:2\",0,0")]
    [InlineData("\"__proto__\",0,0")]
    public Task A_group_that_it_does_not_track_is_refused_and_the_connection_goes_on(string arguments) =>
        SendAsync($$"""{"type":1,"invocationId":"7","target":"CursorMoveIn","arguments":[{{arguments}}]}""", isRefused: true);

    [Fact]
    public async Task A_number_of_sixty_thousand_digits_is_refused_or_read_as_what_it_is()
    {
        await SendAsync($$"""{"type":1,"invocationId":"7","target":"CursorMove","arguments":[1{{new string('0', 30_000)}},0]}""", isRefused: true);
        await SendAsync($$"""{"type":1,"invocationId":"8","target":"CursorMove","arguments":[0.{{new string('3', 30_000)}},0]}""", isRefused: false);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    [InlineData(double.MaxValue)]
    public async Task MessagePack_has_numbers_that_JSON_has_not_and_they_are_refused(double number)
    {
        await using var ada = await PresenceClient.ConnectAsync(_server, "/boards/1", messagePack: true);
        await using var bob = await PresenceClient.ConnectAsync(_server, "/boards/1");
        await ada.StateAsync();
        await bob.StateAsync();
        foreach (var (x, y) in new[] { (number, 0.0), (0.0, number) })
        {
            var move = () => ada.Connection.InvokeAsync("CursorMove", x, y);
            (await move.Should().ThrowAsync<HubException>()).WithMessage("*finite numbers*");
        }

        await ada.Connection.InvokeAsync("CursorMove", 1.0, 1.0);
        await Eventually.TrueAsync(() => bob.Cursors.Values.Contains((1, 1)), "it goes on");
    }

    /// <summary>Sends one message, then a good one, and looks at what another raw client gets, all of which has to be valid JSON.</summary>
    private async Task SendAsync(string message, bool isRefused)
    {
        using var bob = await RawClient.ConnectAsync(_server, "/boards/1");
        bob.StartReading();
        using var ada = await RawClient.ConnectAsync(_server, "/boards/1");
        ada.StartReading();
        await Eventually.TrueAsync(() => bob.Received.Count >= 2 && ada.Received.Count >= 2, "both have a state");
        await ada.SendAsync(message);
        var id = message.Contains("\"8\"", StringComparison.Ordinal) ? "8" : "7";
        (await ada.CompletionAsync(id)).TryGetProperty("error", out _).Should().Be(isRefused);
        await ada.SendAsync("""{"type":1,"invocationId":"9","target":"CursorMove","arguments":[42.5,-1]}""");
        (await ada.CompletionAsync("9")).TryGetProperty("error", out _).Should().BeFalse();
        await Eventually.TrueAsync(() => bob.Frames.SelectMany(CursorFrames.Moves).Any(move => move.X == 42.5 && move.Y == -1), "others see the good one");
        if (isRefused)
        {
            bob.Frames.SelectMany(CursorFrames.Moves).Should().ContainSingle();
        }

        ada.IsOpen.Should().BeTrue();
    }
}
