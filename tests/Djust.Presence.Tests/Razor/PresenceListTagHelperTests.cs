using System.Security.Claims;
using FluentAssertions;
using Xunit;

namespace Djust.Presence.Tests.Razor;

public sealed class PresenceListTagHelperTests : IDisposable
{
    private readonly TagHelperFixture _page = new();

    public void Dispose() => _page.Dispose();

    [Fact]
    public async Task Each_user_is_an_avatar()
    {
        await _page.JoinAsync("7", new { name = "Ada", color = "#6c63ff" });
        await _page.JoinAsync("9", new { name = "Bob", color = "teal", avatar = "/bob.png" });

        (await _page.ListAsync(hub: "/hubs/document/42", max: 8)).Should().Be(
            """<presence-list presence-key="document:42" hub="/hubs/document/42" max="8" role="list">""" +
            """<presence-item data-presence-id="7" role="listitem" title="Ada"><span class="presence-avatar" style="--presence-color:#6c63ff">A</span></presence-item>""" +
            """<presence-item data-presence-id="9" role="listitem" title="Bob"><span class="presence-avatar" style="--presence-color:teal"><img alt="" referrerpolicy="no-referrer" src="/bob.png" /></span></presence-item>""" +
            """<span class="presence-more" hidden="hidden">&#x2B;0</span></presence-list>""");
    }

    [Fact]
    public async Task Beyond_max_the_rest_is_a_number()
    {
        for (var i = 0; i < 5; i++)
        {
            await _page.JoinAsync($"{i}", null);
        }

        (await _page.ListAsync(max: 3)).Should().Contain("""data-presence-id="2" """).And.NotContain("""data-presence-id="3" """).And.EndWith("""<span class="presence-more">&#x2B;2</span></presence-list>""");
        (await _page.ListAsync(max: 0)).Should().NotContain("presence-item").And.Contain("&#x2B;5");
    }

    [Fact]
    public async Task No_more_users_are_rendered_than_clients_are_told_of()
    {
        using var page = new TagHelperFixture(options => options.MaxPresencesSent = 2);
        for (var i = 0; i < 5; i++)
        {
            await page.JoinAsync($"{i}", null);
        }

        (await page.ListAsync()).Should().Contain("""data-presence-id="1" """).And.NotContain("""data-presence-id="2" """).And.Contain("&#x2B;3");
    }

    [Fact]
    public async Task A_negative_max_is_an_error_that_names_the_fix() =>
        await FluentActions.Awaiting(() => _page.ListAsync(max: -1)).Should().ThrowAsync<InvalidOperationException>().WithMessage("*-1*leave it out*");

    [Fact]
    public async Task What_users_chose_is_never_markup()
    {
        const string Payload = "\"><img src=x onerror=alert(1)>";
        await _page.JoinAsync(Payload, new { name = Payload, color = "red;position:fixed", avatar = "javascript:alert(1)" });
        await _page.JoinAsync("9", new { name = "Bob", color = Payload, avatar = $"/{Payload}" });

        var html = await _page.ListAsync();

        html.Should().NotContain("<img src=x").And.NotContain("position").And.NotContain("javascript").And.NotContain("style=");
        html.Should().Contain("""src="/&quot;&gt;&lt;img src=x onerror=alert(1)&gt;" """).And.Contain("""data-presence-id="&quot;&gt;&lt;img""");
    }

    [Fact]
    public async Task Initials_are_never_markup()
    {
        await _page.JoinAsync("7", new { name = "<b <i" });

        (await _page.ListAsync()).Should().Contain("""<span class="presence-avatar">&lt;&lt;</span>""");
    }

    [Fact]
    public async Task Meta_that_is_not_what_it_should_be_shows_a_guest()
    {
        await _page.JoinAsync("7", new { name = new[] { "Ada" }, color = 7, avatar = true });
        await _page.JoinAsync("9", new { name = 9 });

        (await _page.ListAsync()).Should()
            .Contain("""title="Guest"><span class="presence-avatar">G</span>""")
            .And.Contain("""title="9"><span class="presence-avatar">9</span>""");
    }

    [Fact]
    public async Task Content_is_a_template_for_the_browser_and_for_each_user()
    {
        await _page.JoinAsync("7", new { name = "Ada" });
        await _page.JoinAsync("9", new { name = "Bob" });

        var html = await _page.ListAsync(list => TagHelperFixture.BindAsync(list, "b", new PresenceBindingTagHelper { Text = "name" }));

        html.Should().Be(
            """<presence-list presence-key="document:42" role="list"><template><b data-presence-text="name"></b></template>""" +
            """<presence-item data-presence-id="7" role="listitem"><b data-presence-text="name">Ada</b></presence-item>""" +
            """<presence-item data-presence-id="9" role="listitem"><b data-presence-text="name">Bob</b></presence-item>""" +
            """<span class="presence-more" hidden="hidden">&#x2B;0</span></presence-list>""");
    }

    [Fact]
    public async Task The_visitor_whose_page_it_is_sees_the_fields_that_they_may_see()
    {
        using var page = new TagHelperFixture(projection: new SignedIn());
        await page.JoinAsync("7", new { name = "Ada", color = "teal" });

        (await page.ListAsync()).Should().NotContain("Ada").And.NotContain("teal").And.Contain("data-presence-id=\"7\"").And.Contain("title=\"Guest\"");
        page.Http.User = new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, "9")], "test"));
        (await page.ListAsync()).Should().Contain("title=\"Ada\"").And.NotContain("teal");
    }

    [Fact]
    public async Task White_space_is_no_template()
    {
        await _page.JoinAsync("7", new { name = "Ada" });

        (await _page.ListAsync(_ => Task.FromResult("\n  "))).Should().NotContain("template").And.Contain(">A</span>");
    }

    /// <summary>Names are for those who are signed in.</summary>
    private sealed class SignedIn : IPresenceProjection
    {
        public string? AudienceOf(PresenceViewer viewer) =>
            viewer is { HubType: null, Key: TagHelperFixture.Key } ? viewer.User.Identity?.IsAuthenticated == true ? $"members, {viewer.UserId}" : "visitors" : null;

        public PresenceMeta Project(string audience, string key, string userId, PresenceMeta meta) => audience switch
        {
            "members, 9" => meta.Without("color"),
            _ => PresenceMeta.Empty,
        };
    }
}
