using Djust.Presence.EndToEnd.Tests.Hosting;
using FluentAssertions;
using Microsoft.Playwright;
using Xunit;

namespace Djust.Presence.EndToEnd.Tests;

/// <summary>
/// The three ways in which a user's fields come onto a page, each with every payload in every field, on a site that filters nothing: nothing
/// runs, nothing is asked for, nothing is larger or elsewhere than it may be.
/// </summary>
public sealed class HostileRenderingTests(HostileSiteFixture site) : IClassFixture<HostileSiteFixture>
{
    private static readonly string[] OwnPaths = ["/rooms/", "/hubs/hostile/", "/_content/Djust.Presence/"];

    private readonly string _room = Guid.NewGuid().ToString("N");

    [Fact]
    public async Task What_the_server_renders_is_inert_without_the_script()
    {
        await using var crowd = await HostileCrowd.EnterAsync(site.Url, _room);
        await using var visitor = await VisitorAsync();
        var tab = new Tab(await visitor.Context.NewPageAsync());
        await tab.Page.GotoAsync($"/rooms/{_room}?script=off");

        var findings = await HostileInspection.LookAsync(tab.Page);

        (findings.Faces, findings.People).Should().Be((crowd.Count, crowd.Count));
        (await tab.Page.Locator("presence-count").TextContentAsync()).Should().Be($"{crowd.Count}");
        await ShouldBeInertAsync(tab, findings);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_the_elements_draw_or_take_over_is_inert(bool rendered)
    {
        await using var visitor = await VisitorAsync();
        var early = rendered ? null : await visitor.OpenAsync($"/rooms/{_room}");
        await using var crowd = await HostileCrowd.EnterAsync(site.Url, _room);
        var tab = early ?? await visitor.OpenAsync($"/rooms/{_room}");
        await Assertions.Expect(tab.Page.Locator("presence-count")).ToHaveTextAsync($"{crowd.Count}");

        HostileFindings findings = null!;
        await Eventually.TrueAsync(
            async () => (findings = await HostileInspection.LookAsync(tab.Page)) is var seen && seen.Faces == crowd.Count && seen.People == crowd.Count,
            "everybody is shown in both lists");

        await Assertions.Expect(tab.Page.Locator("#faces > [data-presence-id=polluter]")).ToHaveAttributeAsync("title", "Guest");
        await Assertions.Expect(tab.Page.Locator("#people > [data-presence-id=__proto__] u")).ToHaveTextAsync("__proto__");
        await Assertions.Expect(tab.Page.Locator("#people > [data-presence-id=constructor] s")).ToHaveTextAsync("constructor");
        await ShouldBeInertAsync(tab, findings);
    }

    [Fact]
    public async Task The_name_tags_of_cursors_are_inert()
    {
        await using var visitor = await VisitorAsync();
        await using var crowd = await HostileCrowd.EnterAsync(site.Url, _room);
        var tab = await visitor.OpenAsync($"/rooms/{_room}");

        HostileFindings findings = null!;
        await Eventually.TrueAsync(
            async () =>
            {
                // Pointers that rest go after a while.
                await crowd.MoveAsync();
                findings = await HostileInspection.LookAsync(tab.Page);
                return findings.Cursors == crowd.Count;
            },
            "everybody's pointer is drawn");

        await ShouldBeInertAsync(tab, findings);
    }

    private static async Task ShouldBeInertAsync(Tab tab, HostileFindings findings)
    {
        string.Join(Environment.NewLine, findings.Wrong).Should().BeEmpty();

        // When this has come, whatever was asked for before has been seen, and whatever a picture's failure starts has run.
        await tab.Page.EvaluateAsync("fetch('/_content/Djust.Presence/djust-presence.css?last')");
        (await tab.Page.EvaluateAsync<string[]>("window.ran")).Should().BeEmpty();
        tab.Dialogs.Should().BeEmpty();
        tab.Requests.Should().Contain(url => url.Query == "?last");
        tab.Requests.Should().OnlyContain(url => OwnPaths.Any(path => url.AbsolutePath.StartsWith(path, StringComparison.Ordinal)));
        var origin = new Uri(tab.Page.Url).Authority;
        tab.Requests.Should().OnlyContain(url => url.Authority == origin);
    }

    /// <summary>What goes elsewhere is noted (see <see cref="Tab.Requests"/>) and ends in the browser.</summary>
    private async Task<Visitor> VisitorAsync()
    {
        var visitor = await site.VisitorAsync();
        await visitor.Context.AddInitScriptAsync(HostileInspection.Prepare);
        await visitor.Context.RouteAsync(url => new Uri(url).Authority != site.Url.Authority, route => route.AbortAsync());
        return visitor;
    }
}
