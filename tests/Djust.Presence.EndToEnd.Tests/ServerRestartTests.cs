using Djust.Presence.EndToEnd.Tests.Hosting;
using FluentAssertions;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Djust.Presence.EndToEnd.Tests;

public sealed class ServerRestartTests(DocumentViewersFixture site) : IClassFixture<DocumentViewersFixture>
{
    [Fact]
    public async Task Pages_find_a_server_that_was_killed_and_started_again()
    {
        await using var ada = await site.VisitorAsync();
        await using var bob = await site.VisitorAsync();
        var first = await ada.OpenAsync("/documents/restart?name=Ada");
        var second = await bob.OpenAsync("/documents/restart?name=Bob");
        await Expect(first.Avatars).ToHaveCountAsync(2);
        await Expect(first.Status).ToHaveTextAsync("Live");
        await second.Page.GetByLabel("Your name").FillAsync("Zoe");
        await second.Page.GetByRole(AriaRole.Button, new() { Name = "Rename" }).ClickAsync();
        await Expect(first.Page.Locator("#viewers > presence-item[title=Zoe]")).ToHaveCountAsync(1);

        await site.KillServerAsync();
        await Expect(first.Status).ToHaveTextAsync("Reconnecting…");
        await Expect(first.Avatars).ToHaveCountAsync(2);
        await site.StartServerAgainAsync();

        foreach (var tab in new[] { first, second })
        {
            await Expect(tab.Status).ToHaveTextAsync("Live");
            await Expect(tab.Page.Locator("#viewers > presence-item[title=Ada]")).ToHaveCountAsync(1);
            await Expect(tab.Page.Locator("#viewers > presence-item[title=Zoe]")).ToHaveCountAsync(1);
            await Expect(tab.Avatars).ToHaveCountAsync(2);
        }

        var (before, after) = (first.Wire.States.First(), first.Wire.States.Last());
        after.GetProperty("epoch").GetString().Should().NotBe(before.GetProperty("epoch").GetString());
        after.GetProperty("self").GetProperty("id").GetString().Should().Be(before.GetProperty("self").GetProperty("id").GetString());
    }
}
