using System.Security.Claims;
using FluentAssertions;
using Microsoft.AspNetCore.Http.Features;
using Xunit;

namespace Djust.Presence.Tests.Razor;

public sealed class PresenceElementTagHelperTests : IDisposable
{
    private readonly TagHelperFixture _page = new();

    private string Cookie => _page.Http.Response.Headers.SetCookie.ToString();

    public void Dispose() => _page.Dispose();

    [Fact]
    public async Task The_count_is_the_number_of_users()
    {
        await _page.JoinAsync("7", new { name = "Ada" });
        await _page.JoinAsync("9", new { name = "Bob" });

        (await _page.CountAsync()).Should().Be("""<presence-count presence-key="document:42">2</presence-count>""");
    }

    [Fact]
    public async Task The_hub_is_passed_on_and_may_be_relative_to_the_application()
    {
        _page.Http.Request.PathBase = "/app";

        (await _page.CountAsync(hub: "~/hubs/document/42?name=A&B")).Should().Contain("""hub="/app/hubs/document/42?name=A&amp;B">""");
        (await _page.CountAsync(hub: "/hubs/document/42")).Should().Contain("""hub="/hubs/document/42">""");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public async Task A_missing_key_is_an_error_that_names_the_fix(string? key)
    {
        await FluentActions.Awaiting(() => _page.CountAsync(key)).Should().ThrowAsync<InvalidOperationException>().WithMessage("<presence-count> * presence-key=\"document:42\"*");
        await FluentActions.Awaiting(() => _page.ListAsync(key: key)).Should().ThrowAsync<InvalidOperationException>().WithMessage("<presence-list> * presence-key=\"document:42\"*");
    }

    [Fact]
    public async Task A_render_does_not_track()
    {
        await _page.ListAsync();
        await _page.CountAsync();

        (await _page.Manager.PresenceCountAsync(TagHelperFixture.Key)).Should().Be(0);
    }

    [Fact]
    public async Task An_anonymous_visitor_gets_one_cookie_with_the_page()
    {
        await _page.ListAsync();
        await _page.CountAsync();

        _page.Http.Response.Headers.SetCookie.Should().ContainSingle().Which.Should().StartWith(".Djust.Presence.Visitor=").And.Contain("httponly");
    }

    [Fact]
    public async Task An_authenticated_user_needs_no_cookie()
    {
        _page.Http.User = new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, "7")], "test"));

        await _page.ListAsync();

        Cookie.Should().BeEmpty();
    }

    [Fact]
    public async Task A_response_that_has_started_is_left_alone()
    {
        _page.Http.Features.Set<IHttpResponseFeature>(new StartedResponse());

        await _page.ListAsync();

        Cookie.Should().BeEmpty();
    }

    private sealed class StartedResponse : HttpResponseFeature
    {
        public override bool HasStarted => true;
    }
}
