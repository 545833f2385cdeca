using Djust.Presence.EndToEnd.Tests.Hosting;
using FluentAssertions;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Djust.Presence.EndToEnd.Tests;

public sealed class TabsAndReloadsTests(LongGraceFixture site) : IClassFixture<LongGraceFixture>
{
    private readonly string _document = Guid.NewGuid().ToString("N");

    [Fact]
    public async Task Two_tabs_are_one_avatar_and_the_second_close_is_the_leave()
    {
        await using var ada = await site.VisitorAsync();
        await using var bob = await site.VisitorAsync();
        var observer = await bob.OpenAsync($"/documents/{_document}?name=Bob");
        var tab1 = await ada.OpenAsync($"/documents/{_document}?name=Ada");
        var tab2 = await ada.OpenAsync($"/documents/{_document}?name=Ada");
        var id = await tab1.SelfIdAsync();
        await Expect(observer.Avatar(id)).ToHaveAttributeAsync("data-connections", "2");
        await Expect(observer.Avatars).ToHaveCountAsync(2);
        await Expect(observer.Page.Locator($".people > [data-presence-id='{id}'] [data-presence-count]")).ToHaveTextAsync("2");
        await observer.RecordAvatarsAsync();

        await tab1.Page.CloseAsync();
        await Expect(observer.Avatar(id)).Not.ToHaveAttributeAsync("data-connections", "2");
        observer.Wire.Leaves(id).Should().Be(0);
        await tab2.Page.CloseAsync();
        await Expect(observer.Avatar(id)).ToHaveCountAsync(0);

        (observer.Wire.Joins(id), observer.Wire.Leaves(id)).Should().Be((1, 1));
        await Expect(observer.Log).ToHaveTextAsync(["Ada left", "Ada joined"]);
        (await observer.RecordedAvatarsAsync()).Should().OnlyContain(record => record.Ids.Distinct().Count() == record.Ids.Length);
    }

    [Fact]
    public async Task Two_tabs_opened_at_once_by_a_new_visitor_are_one_user()
    {
        await using var ada = await site.VisitorAsync();
        await using var bob = await site.VisitorAsync();
        var observer = await bob.OpenAsync($"/documents/{_document}?name=Bob");

        // The page sets the cookie; both tabs connect only after that.
        var first = await ada.Context.NewPageAsync();
        await first.GotoAsync($"/documents/{_document}?name=Ada", new PageGotoOptions { WaitUntil = WaitUntilState.Commit });
        await Task.WhenAll(ada.OpenAsync($"/documents/{_document}?name=Ada"), ada.OpenAsync($"/documents/{_document}?name=Ada"));

        await Expect(observer.Page.Locator("#viewers > presence-item[title=Ada]")).ToHaveAttributeAsync("data-connections", "3");
        await Expect(observer.Avatars).ToHaveCountAsync(2);
    }

    [Fact]
    public async Task Twenty_fast_reloads_are_not_heard_of()
    {
        await using var ada = await site.VisitorAsync();
        await using var bob = await site.VisitorAsync();
        var observer = await ada.OpenAsync($"/documents/{_document}?name=Ada");
        var reloading = await bob.OpenAsync($"/documents/{_document}?name=Bob");
        var id = await reloading.SelfIdAsync();
        await Expect(observer.Avatars).ToHaveCountAsync(2);
        await observer.RecordAvatarsAsync();

        for (var i = 0; i < 20; i++)
        {
            await reloading.Page.ReloadAsync(new PageReloadOptions { WaitUntil = WaitUntilState.DOMContentLoaded });
        }

        await reloading.IsLiveAsync();
        await WhenSomebodyHasComeAndGoneAsync(observer);

        (observer.Wire.Joins(id), observer.Wire.Updates(id), observer.Wire.Leaves(id)).Should().Be((1, 0, 0));
        observer.Wire.States.Should().ContainSingle();
        (await observer.RecordedAvatarsAsync()).Should().OnlyContain(record => record.Ids.Count(shown => shown == id) == 1);
        await Expect(observer.Avatar(id)).Not.ToHaveAttributeAsync("data-connections", "2");
    }

    [Fact]
    public async Task Going_away_and_back_shows_one_avatar()
    {
        await using var ada = await site.VisitorAsync();
        await using var bob = await site.VisitorAsync();
        var observer = await ada.OpenAsync($"/documents/{_document}?name=Ada");
        var wandering = await bob.OpenAsync($"/documents/{_document}?name=Bob");
        var id = await wandering.SelfIdAsync();
        await Expect(observer.Avatars).ToHaveCountAsync(2);
        await wandering.Page.EvaluateAsync("() => { window.addEventListener('pageshow', (event) => { window.cameBack = event.persisted; }); }");

        await wandering.Page.GotoAsync("/documents/elsewhere");
        await Expect(observer.Avatar(id)).ToHaveCountAsync(0);
        await wandering.Page.GoBackAsync(new PageGoBackOptions { WaitUntil = WaitUntilState.Commit });
        await wandering.IsLiveAsync();

        (await wandering.Page.EvaluateAsync<bool?>("window.cameBack")).Should().BeTrue("the page came from the back/forward cache");
        await Expect(observer.Avatar(id)).ToHaveCountAsync(1);
        await Expect(observer.Avatars).ToHaveCountAsync(2);
        await Expect(wandering.Avatars).ToHaveCountAsync(2);
        (observer.Wire.Joins(id), observer.Wire.Leaves(id)).Should().Be((2, 1));
    }

    [Fact]
    public async Task Going_away_and_back_at_once_is_not_heard_of()
    {
        await using var ada = await site.VisitorAsync();
        await using var bob = await site.VisitorAsync();
        var observer = await ada.OpenAsync($"/documents/{_document}?name=Ada");
        var wandering = await bob.OpenAsync($"/documents/{_document}?name=Bob");
        var id = await wandering.SelfIdAsync();
        await Expect(observer.Avatars).ToHaveCountAsync(2);

        await wandering.Page.GotoAsync("/documents/elsewhere");
        await wandering.Page.GoBackAsync(new PageGoBackOptions { WaitUntil = WaitUntilState.Commit });
        await wandering.IsLiveAsync();
        await WhenSomebodyHasComeAndGoneAsync(observer);

        (observer.Wire.Joins(id), observer.Wire.Updates(id), observer.Wire.Leaves(id)).Should().Be((1, 0, 0));
    }

    /// <summary>Changes arrive in order, and a leave waits for its grace: whatever happened before would have arrived by now.</summary>
    private async Task WhenSomebodyHasComeAndGoneAsync(Tab observer)
    {
        await using var carol = await site.VisitorAsync();
        var tab = await carol.OpenAsync($"/documents/{_document}?name=Carol");
        var id = await tab.SelfIdAsync();
        await tab.Page.CloseAsync();
        await Eventually.TrueAsync(() => observer.Wire.Leaves(id) == 1, "Carol has left");
    }
}
