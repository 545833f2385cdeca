using Djust.Presence.EndToEnd.Tests.Cluster.Hosting;
using Djust.Presence.EndToEnd.Tests.Hosting;
using FluentAssertions;
using Microsoft.Playwright;
using Xunit;
using Xunit.Abstractions;
using static Microsoft.Playwright.Assertions;

namespace Djust.Presence.EndToEnd.Tests.Cluster;

public sealed class TwoNodePagesTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Visitors_of_two_nodes_see_each_other()
    {
        await using var cluster = await PresenceCluster.StartAsync(output, nodes: 2);
        await using var browser = await Chromium.StartAsync();
        await using var ada = await browser.VisitorAsync(cluster.Nodes[0].Url);
        await using var bob = await browser.VisitorAsync(cluster.Nodes[1].Url);
        var first = await ada.OpenAsync("/documents/shared?name=Ada");
        var second = await bob.OpenAsync("/documents/shared?name=Bob");
        var (adaId, bobId) = (await first.SelfIdAsync(), await second.SelfIdAsync());
        await Expect(first.Avatar(bobId)).ToHaveAttributeAsync("title", "Bob");
        await Expect(second.Avatar(adaId)).ToHaveAttributeAsync("title", "Ada");

        await second.Page.GetByLabel("Your name").FillAsync("Zoe");
        await second.Page.GetByRole(AriaRole.Button, new() { Name = "Rename" }).ClickAsync();
        await Expect(first.Avatar(bobId)).ToHaveAttributeAsync("title", "Zoe");

        // A page is rendered on the server, so it lists those of the other node before any script runs.
        await using var reader = await browser.VisitorAsync(cluster.Nodes[0].Url, options => options.JavaScriptEnabled = false);
        var page = await reader.Context.NewPageAsync();
        await page.GotoAsync("/documents/shared?name=Reader");
        await Expect(page.Locator("#viewers > presence-item")).ToHaveCountAsync(2);
        await Expect(page.Locator("presence-count")).ToHaveTextAsync("2");

        await second.Page.CloseAsync();
        await Expect(first.Avatar(bobId)).ToHaveCountAsync(0);
        await Expect(first.Log).ToHaveTextAsync(["Zoe left", "Bob is now Zoe", "Bob joined"]);
        (first.Wire.Joins(bobId), first.Wire.Leaves(bobId)).Should().Be((1, 1));
    }

    [Fact]
    public async Task Tabs_on_two_nodes_are_one_visitor()
    {
        await using var cluster = await PresenceCluster.StartAsync(output, nodes: 2);
        await using var browser = await Chromium.StartAsync();
        await using var ada = await browser.VisitorAsync(cluster.Nodes[0].Url);
        await using var bob = await browser.VisitorAsync(cluster.Nodes[1].Url);
        var observer = await bob.OpenAsync("/documents/tabs?name=Bob");
        var first = await ada.OpenAsync("/documents/tabs?name=Ada");
        var second = await ada.OpenAsync(new Uri(cluster.Nodes[1].Url, "/documents/tabs?name=Ada").ToString());
        var id = await first.SelfIdAsync();

        (await second.SelfIdAsync()).Should().Be(id);
        await Expect(observer.Avatar(id)).ToHaveAttributeAsync("data-connections", "2");
        await first.Page.CloseAsync();
        await Expect(observer.Avatar(id)).Not.ToHaveAttributeAsync("data-connections", "2");
        await Expect(observer.Avatars).ToHaveCountAsync(2);

        (observer.Wire.Joins(id), observer.Wire.Leaves(id)).Should().Be((1, 0));
    }
}
