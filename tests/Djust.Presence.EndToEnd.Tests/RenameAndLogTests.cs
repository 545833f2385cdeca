using Djust.Presence.EndToEnd.Tests.Hosting;
using FluentAssertions;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Djust.Presence.EndToEnd.Tests;

public sealed class RenameAndLogTests(LongGraceFixture site) : IClassFixture<LongGraceFixture>
{
    private readonly string _document = Guid.NewGuid().ToString("N");

    [Fact]
    public async Task A_rename_is_one_update_for_the_others()
    {
        await using var ada = await site.VisitorAsync();
        await using var bob = await site.VisitorAsync();
        var observer = await bob.OpenAsync($"/documents/{_document}?name=Bob");
        var renaming = await ada.OpenAsync($"/documents/{_document}?name=Ada");
        var id = await renaming.SelfIdAsync();
        await Expect(observer.Avatar(id)).ToHaveAttributeAsync("title", "Ada");

        await renaming.Page.GetByLabel("Your name").FillAsync("Zoe Zhang");
        await renaming.Page.GetByRole(AriaRole.Button, new() { Name = "Rename" }).ClickAsync();
        await Expect(observer.Avatar(id)).ToHaveAttributeAsync("title", "Zoe Zhang");

        await Expect(observer.Avatar(id)).ToHaveTextAsync("ZZ");
        await Expect(observer.Page.Locator($".people > [data-presence-id='{id}'] .person-name")).ToHaveTextAsync("Zoe Zhang");
        await Expect(observer.Log).ToHaveTextAsync(["Ada is now Zoe Zhang", "Ada joined"]);
        (observer.Wire.Joins(id), observer.Wire.Updates(id), observer.Wire.Leaves(id)).Should().Be((1, 1, 0));
    }

    [Fact]
    public async Task Without_a_script_a_rename_is_a_reload_under_another_name()
    {
        await using var ada = await site.VisitorAsync();
        await using var bob = await site.VisitorAsync();
        var observer = await bob.OpenAsync($"/documents/{_document}?name=Bob");
        var renaming = await ada.OpenAsync($"/documents/{_document}?name=Ada");
        var id = await renaming.SelfIdAsync();
        await Expect(observer.Avatar(id)).ToHaveAttributeAsync("title", "Ada");

        await renaming.Page.EvaluateAsync("() => { document.querySelector('#name').value = 'Zoe'; document.querySelector('#rename').submit(); }");
        await Expect(observer.Avatar(id)).ToHaveAttributeAsync("title", "Zoe");

        (observer.Wire.Joins(id), observer.Wire.Updates(id), observer.Wire.Leaves(id)).Should().Be((1, 1, 0));
    }

    [Fact]
    public async Task The_log_says_who_came_and_who_went_but_not_who_was_there()
    {
        await using var ada = await site.VisitorAsync();
        await using var bob = await site.VisitorAsync();
        await using var carol = await site.VisitorAsync();
        await ada.OpenAsync($"/documents/{_document}?name=Ada");
        var observer = await bob.OpenAsync($"/documents/{_document}?name=Bob");
        await Expect(observer.Page.Locator("#log-empty")).ToBeVisibleAsync();

        var third = await carol.OpenAsync($"/documents/{_document}?name=Carol");
        await Expect(observer.Log).ToHaveTextAsync(["Carol joined"]);
        await third.Page.CloseAsync();

        await Expect(observer.Log).ToHaveTextAsync(["Carol left", "Carol joined"]);
        await Expect(observer.Page.Locator("#log-empty")).ToBeHiddenAsync();
    }
}
