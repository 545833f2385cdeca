using System.Text.Json.Nodes;
using Djust.Presence.EndToEnd.Tests.Hosting;
using FluentAssertions;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Djust.Presence.EndToEnd.Tests;

/// <summary>The content security policy is off here: the pages must be safe without it.</summary>
public sealed class HostileVisitorTests(DocumentViewersFixture documents, ChatRoomFixture rooms) : IClassFixture<DocumentViewersFixture>, IClassFixture<ChatRoomFixture>
{
    private const string Markup = "<img src=/stolen onerror=alert(1)>";

    private readonly string _id = Guid.NewGuid().ToString("N");

    [Fact]
    public async Task A_name_of_markup_is_text_rendered_by_the_server_and_by_the_script()
    {
        await using var mallory = await documents.VisitorAsync(WithoutPolicy);
        await using var ada = await documents.VisitorAsync(WithoutPolicy);
        var path = $"/documents/{_id}?name=";
        var early = await ada.OpenAsync(path + "Ada");
        await mallory.OpenAsync(path + Uri.EscapeDataString(Markup));
        var late = await ada.OpenAsync(path + "Ada");

        foreach (var tab in new[] { early, late })
        {
            await Expect(tab.Page.Locator(".person-name", new() { HasText = Markup })).ToHaveCountAsync(1);
            await ShouldBeInertAsync(tab);
        }

        await Expect(early.Log).ToHaveTextAsync([$"{Markup} joined"]);
    }

    [Fact]
    public async Task A_color_that_is_more_than_a_color_and_an_address_that_runs_are_left_out()
    {
        await using var ada = await documents.VisitorAsync(WithoutPolicy);
        await using var mallory = await documents.VisitorAsync();
        await mallory.OpenAsync($"/documents/{_id}?name=Mallory");

        // A hub may pass on what a client has sent it: here, as if this one did.
        await ada.Context.RouteWebSocketAsync("**/hubs/**", socket =>
        {
            var server = socket.ConnectToServer();
            server.OnMessage(frame => socket.Send(string.Join('\u001e', frame.Text!.Split('\u001e').Select(WithHostileMeta))));
        });
        var tab = await ada.OpenAsync($"/documents/{_id}?name=Ada");
        await Expect(tab.Avatars).ToHaveCountAsync(2);
        await Expect(tab.Page.Locator("#viewers > [title=Mallory]")).ToHaveCountAsync(0);
        await Expect(tab.Page.Locator($"#viewers > [title='{Markup}']")).ToHaveCountAsync(2);

        await Expect(tab.Page.Locator("#viewers .presence-avatar").First).ToHaveCSSAsync("position", "static");
        (await tab.Page.EvaluateAsync<string[]>("[...document.querySelectorAll('presence-item .presence-avatar')].map((avatar) => avatar.style.cssText)")).Should().OnlyContain(style => style.Length == 0);
        await ShouldBeInertAsync(tab);
    }

    [Fact]
    public async Task A_message_of_markup_is_text()
    {
        await using var mallory = await rooms.VisitorAsync(WithoutPolicy);
        await using var ada = await rooms.VisitorAsync(WithoutPolicy);
        var reading = await ada.OpenAsync($"/rooms/{_id}?name=Ada");
        var writing = await mallory.OpenAsync($"/rooms/{_id}?name={Uri.EscapeDataString(Markup)}");

        await writing.Page.GetByLabel("Message", new() { Exact = true }).FillAsync(Markup);
        await writing.Page.GetByRole(AriaRole.Button, new() { Name = "Send" }).ClickAsync();

        await Expect(reading.Page.Locator(".message-text")).ToHaveTextAsync(Markup);
        await Expect(reading.Page.Locator(".message b")).ToHaveTextAsync(Markup);
        await ShouldBeInertAsync(reading);
    }

    [Fact]
    public async Task The_policy_allows_what_the_pages_need_and_they_break_none_of_it()
    {
        await using var ada = await documents.VisitorAsync();
        var violations = new List<string>();
        ada.Context.Console += (_, message) =>
        {
            if (message.Type == "error")
            {
                violations.Add(message.Text);
            }
        };

        await ada.OpenAsync($"/documents/{_id}?name=Ada");
        var tab = await ada.OpenAsync($"/documents/{_id}?name=Ada");

        await Expect(tab.Avatars.Locator(".presence-avatar")).ToHaveAttributeAsync("style", new System.Text.RegularExpressions.Regex("--presence-color: ?#"));
        violations.Should().BeEmpty();
    }

    private static void WithoutPolicy(BrowserNewContextOptions options) => options.BypassCSP = true;

    private static async Task ShouldBeInertAsync(Tab tab)
    {
        await Expect(tab.Page.Locator("img")).ToHaveCountAsync(0);
        tab.Dialogs.Should().BeEmpty();
        tab.Requests.Should().NotContain(url => url.AbsolutePath.Contains("stolen", StringComparison.Ordinal));
    }

    private static string WithHostileMeta(string record)
    {
        if (record.Length == 0 || JsonNode.Parse(record) is not { } message || message["target"]?.GetValue<string>() is not ("PresenceState" or "PresenceDiff"))
        {
            return record;
        }

        var arguments = message["arguments"]![0]!;
        foreach (var presence in new[] { "presences", "joins", "updates" }.SelectMany(list => arguments[list]?.AsArray() ?? []))
        {
            presence!["meta"] = new JsonObject { ["name"] = Markup, ["color"] = "red;position:fixed;background:url(/stolen)", ["avatar"] = "javascript:alert('/stolen')" };
        }

        return message.ToJsonString();
    }
}
