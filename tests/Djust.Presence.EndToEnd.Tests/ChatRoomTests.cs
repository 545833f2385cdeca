using Djust.Presence.EndToEnd.Tests.Hosting;
using FluentAssertions;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Djust.Presence.EndToEnd.Tests;

public sealed class ChatRoomTests(ChatRoomFixture site) : IClassFixture<ChatRoomFixture>
{
    private readonly string _room = Guid.NewGuid().ToString("N");

    [Fact]
    public async Task What_one_says_the_other_reads()
    {
        await using var ada = await site.VisitorAsync();
        await using var bob = await site.VisitorAsync();
        var first = await ada.OpenAsync($"/rooms/{_room}?name=Ada");
        var second = await bob.OpenAsync($"/rooms/{_room}?name=Bob");

        await SayAsync(first, "Hello, Bob.");

        var read = second.Page.Locator(".message");
        await Expect(read.Locator("b")).ToHaveTextAsync("Ada");
        await Expect(read.Locator(".message-text")).ToHaveTextAsync("Hello, Bob.");
        await Expect(read).Not.ToHaveAttributeAsync("data-self", string.Empty);
        await Expect(first.Page.Locator(".message")).ToHaveAttributeAsync("data-self", string.Empty);
        await Expect(first.Page.GetByLabel("Message", new() { Exact = true })).ToHaveValueAsync(string.Empty);
    }

    [Fact]
    public async Task Coming_and_going_flashes_once()
    {
        await using var ada = await site.VisitorAsync();
        await using var bob = await site.VisitorAsync();
        var first = await ada.OpenAsync($"/rooms/{_room}?name=Ada");
        await first.Page.EvaluateAsync("""
            () => {
              window.flashed = [];
              new MutationObserver((changes) => changes.forEach(({ addedNodes }) => addedNodes.forEach((note) => window.flashed.push(note.textContent))))
                .observe(document.querySelector("#flashes"), { childList: true });
            }
            """);

        var second = await bob.OpenAsync($"/rooms/{_room}?name=Bob");
        await Expect(first.Page.Locator(".flash", new() { HasText = "Bob joined" })).ToHaveCountAsync(1);
        await second.Page.CloseAsync();
        await Expect(first.Page.Locator(".flash", new() { HasText = "Bob left" })).ToHaveCountAsync(1);

        (await first.Page.EvaluateAsync<string[]>("window.flashed")).Where(text => text.StartsWith("Bob", StringComparison.Ordinal)).Should().Equal("Bob joined", "Bob left");
        await Expect(first.People).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task A_message_that_could_not_be_sent_is_not_lost()
    {
        await using var ada = await site.VisitorAsync();
        var tab = await ada.OpenAsync($"/rooms/{_room}?name=Ada");
        await tab.Page.GetByLabel("Message", new() { Exact = true }).EvaluateAsync("(input) => { input.removeAttribute('maxlength'); }");
        var tooLong = new string('x', 2_001);

        await SayAsync(tab, tooLong);

        await Expect(tab.Page.Locator(".flash", new() { HasText = "not sent" })).ToBeVisibleAsync();
        await Expect(tab.Page.GetByLabel("Message", new() { Exact = true })).ToHaveValueAsync(tooLong);
        await Expect(tab.Page.Locator(".message")).ToHaveCountAsync(0);
    }

    private static async Task SayAsync(Tab tab, string text)
    {
        await tab.Page.GetByLabel("Message", new() { Exact = true }).FillAsync(text);
        await tab.Page.GetByLabel("Message", new() { Exact = true }).PressAsync("Enter");
    }
}
