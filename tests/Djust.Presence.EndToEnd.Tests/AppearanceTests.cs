using System.Globalization;
using Djust.Presence.EndToEnd.Tests.Hosting;
using FluentAssertions;
using Xunit;
using Xunit.Abstractions;
using static Microsoft.Playwright.Assertions;

namespace Djust.Presence.EndToEnd.Tests;

public sealed class AppearanceTests(DocumentViewersFixture site, ITestOutputHelper output) : IClassFixture<DocumentViewersFixture>
{
    private static readonly TimeSpan Allowance = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    private readonly string _document = Guid.NewGuid().ToString("N");

    [Fact]
    public async Task A_second_visitor_is_shown_within_half_a_second_of_joining()
    {
        await using var ada = await site.VisitorAsync();
        await using var bob = await site.VisitorAsync();
        var first = await ada.OpenAsync($"/documents/{_document}?name=Ada");
        await first.RecordAvatarsAsync();
        var id = await (await bob.OpenAsync($"/documents/{_document}?name=Bob")).SelfIdAsync();
        await Expect(first.Avatar(id)).ToHaveAttributeAsync("title", "Bob");

        // The clock starts at the server's commit, and ends at the change of the page: one machine, one clock.
        var joined = DateTimeOffset.Parse(first.Wire.Changes("joins", id).Single().GetProperty("joinedAt").GetString()!, CultureInfo.InvariantCulture);
        var shown = (await first.RecordedAvatarsAsync()).First(record => record.Ids.Contains(id)).Time;
        output.WriteLine($"Shown {(shown - joined).TotalMilliseconds:F0} ms after the join.");
        (shown - joined).Should().BeLessThanOrEqualTo(Allowance);
    }

    [Fact]
    public async Task A_visitor_who_closes_the_page_is_gone_within_the_grace_and_half_a_second()
    {
        await using var ada = await site.VisitorAsync();
        await using var bob = await site.VisitorAsync();
        var first = await ada.OpenAsync($"/documents/{_document}?name=Ada");
        var second = await bob.OpenAsync($"/documents/{_document}?name=Bob");
        var id = await second.SelfIdAsync();
        await Expect(first.Avatar(id)).ToHaveCountAsync(1);
        await first.RecordAvatarsAsync();

        await second.Page.CloseAsync();
        var closed = DateTimeOffset.UtcNow;
        await Expect(first.Avatar(id)).ToHaveCountAsync(0);

        var gone = (await first.RecordedAvatarsAsync()).First(record => !record.Ids.Contains(id)).Time;
        output.WriteLine($"Gone {(gone - closed).TotalMilliseconds:F0} ms after closing.");
        (gone - closed).Should().BeLessThanOrEqualTo(Grace + Allowance);
        first.Wire.Leaves(id).Should().Be(1);
    }

    [Fact]
    public async Task The_server_renders_the_list_before_any_script_runs_and_tracks_nobody_by_that()
    {
        await using var ada = await site.VisitorAsync();
        await using var reader = await site.VisitorAsync(options => options.JavaScriptEnabled = false);
        var first = await ada.OpenAsync($"/documents/{_document}?name=Ada");
        var id = await first.SelfIdAsync();

        var page = await reader.Context.NewPageAsync();
        for (var i = 0; i < 3; i++)
        {
            await page.GotoAsync($"/documents/{_document}?name=Reader");
        }

        await Expect(page.Locator("#viewers > presence-item")).ToHaveAttributeAsync("data-presence-id", id);
        await Expect(page.Locator("#viewers > presence-item")).ToHaveAttributeAsync("title", "Ada");
        await Expect(page.Locator(".people .person-name")).ToHaveTextAsync("Ada");
        await Expect(page.Locator("presence-count")).ToHaveTextAsync("1");
        await using var bob = await site.VisitorAsync();
        await bob.OpenAsync($"/documents/{_document}?name=Bob");

        // Bob came after the reader: had the reader been tracked, there would be three.
        await Expect(first.Page.Locator("presence-count")).ToHaveTextAsync("2");
        await Expect(first.Avatars).ToHaveCountAsync(2);
    }

    [Fact]
    public async Task The_script_takes_over_what_the_server_rendered()
    {
        await using var ada = await site.VisitorAsync();
        await using var bob = await site.VisitorAsync();
        var id = await (await ada.OpenAsync($"/documents/{_document}?name=Ada")).SelfIdAsync();
        await bob.Context.AddInitScriptAsync("""
            document.addEventListener("DOMContentLoaded", () => {
              window.rendered = [...document.querySelectorAll("presence-item")];
              window.redrawn = [];
              const note = (changes) => window.redrawn.push(...changes.filter(({ target }) => window.rendered.some((item) => item !== target && item.contains(target))));
              new MutationObserver(note).observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
            });
            """);
        var second = await bob.OpenAsync($"/documents/{_document}?name=Bob");
        await Expect(second.Avatars).ToHaveCountAsync(2);

        (await second.Page.EvaluateAsync<string[]>("window.rendered.filter((item) => item.isConnected).map((item) => item.dataset.presenceId)")).Should().Equal(id, id);
        (await second.Page.EvaluateAsync<int>("window.redrawn.length")).Should().Be(0);
    }
}
