using System.Buffers.Text;
using System.Net;
using Djust.Presence.Tests.Hosting;
using FluentAssertions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Djust.Presence.Tests.Security;

public sealed class VisitorIdentityTests
{
    private static Task<PresenceServer> StartAsync() => PresenceServer.StartAsync(app =>
    {
        app.UseTestUsers();
        app.MapHub<DocumentHub>("/hubs/document/{docId}");
        app.MapGet("/other", () => "nothing to do with presence");
        app.MapHub<PlainHub>("/hubs/plain");
    });

    [Fact]
    public async Task A_visitor_gets_the_cookie_with_the_hubs_handshake()
    {
        await using var server = await StartAsync();
        using var http = new HttpClient { BaseAddress = server.Url };
        var negotiation = await http.PostAsync(new Uri("/hubs/document/1/negotiate?negotiateVersion=1", UriKind.Relative), null);
        var cookie = negotiation.Headers.GetValues("Set-Cookie").Should().ContainSingle().Subject;
        cookie.Should().StartWith(".Djust.Presence.Visitor=").And.ContainAll("httponly", "samesite=lax", "path=/", "max-age=31536000");
        cookie.Should().NotContain("secure", "the request was plain http");
    }

    [Theory]
    [InlineData("{0}")]
    [InlineData("a=b; {0}")]
    [InlineData("a=\"b\" c; broken; =; {0} ;d=e")]
    [InlineData(".Djust.Presence.Visitor=old; {0}")]
    public async Task A_visitors_cookie_is_found_among_others(string header)
    {
        await using var server = await StartAsync();
        using var http = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = server.Url };
        var first = await http.PostAsync(new Uri("/hubs/document/1/negotiate?negotiateVersion=1", UriKind.Relative), null);
        using var again = new HttpRequestMessage(HttpMethod.Post, "/hubs/document/1/negotiate?negotiateVersion=1");
        again.Headers.TryAddWithoutValidation("Cookie", string.Format(null, header, first.Headers.GetValues("Set-Cookie").Single().Split(';')[0]));

        var response = await http.SendAsync(again);

        response.IsSuccessStatusCode.Should().BeTrue();
        response.Headers.Contains("Set-Cookie").Should().BeFalse("the visitor is known");
    }

    [Theory]
    [InlineData("/other", "GET")]
    [InlineData("/hubs/plain/negotiate?negotiateVersion=1", "POST")]
    public async Task Other_endpoints_set_no_cookie(string path, string method)
    {
        await using var server = await StartAsync();
        using var http = new HttpClient { BaseAddress = server.Url };
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        var response = await http.SendAsync(request);
        response.IsSuccessStatusCode.Should().BeTrue();
        response.Headers.Contains("Set-Cookie").Should().BeFalse();
    }

    [Fact]
    public async Task Tabs_of_one_browser_are_one_user_and_another_browser_is_another()
    {
        await using var server = await StartAsync();
        var browser = new CookieContainer();
        await using var first = await PresenceClient.ConnectAsync(server, "/hubs/document/1", browser);
        await using var second = await PresenceClient.ConnectAsync(server, "/hubs/document/1", browser);
        await using var other = await PresenceClient.ConnectAsync(server, "/hubs/document/1");
        await Task.WhenAll(first.StateAsync(), second.StateAsync(), other.StateAsync());
        second.SelfId.Should().Be(first.SelfId).And.MatchRegex("^anon_[A-Za-z0-9_-]{16}$");
        other.SelfId.Should().NotBe(first.SelfId);
    }

    [Fact]
    public async Task The_id_of_a_visitor_has_nothing_of_what_their_cookie_protects()
    {
        await using var server = await StartAsync();
        var browser = new CookieContainer();
        await using var client = await PresenceClient.ConnectAsync(server, "/hubs/document/1", browser);
        await client.StateAsync();

        var cookie = Base64Url.DecodeFromChars(browser.GetCookies(server.Url).Single().Value);
        var secret = server.Services.GetRequiredService<IDataProtectionProvider>().CreateProtector("Djust.Presence.Visitor.v1").Unprotect(cookie);

        // Four bytes of it would be a quarter of the way to the whole.
        var id = Base64Url.DecodeFromChars(client.SelfId.AsSpan("anon_".Length));
        secret.Should().HaveCountGreaterThanOrEqualTo(16);
        Enumerable.Range(0, secret.Length - 3).Where(at => id.AsSpan().IndexOf(secret.AsSpan(at, 4)) >= 0).Should().BeEmpty();
    }

    [Theory]
    [InlineData("forged")]
    [InlineData("anon_AAAAAAAAAAAAAAAA")]
    [InlineData("CfDJ8AAAAAAAAAAAAAAAAAAAAAA")]
    public async Task A_forged_cookie_makes_a_new_visitor(string value)
    {
        await using var server = await StartAsync();
        var browser = new CookieContainer();
        browser.Add(server.Url, new Cookie(".Djust.Presence.Visitor", value));
        await using var client = await PresenceClient.ConnectAsync(server, "/hubs/document/1", browser);
        await client.StateAsync();
        client.SelfId.Should().StartWith("anon_").And.NotBe(value);
        browser.GetCookies(server.Url).Single().Value.Should().NotBe(value);
    }

    [Fact]
    public async Task An_authenticated_user_cannot_take_a_visitors_id()
    {
        await using var server = await StartAsync();
        await using var victim = await PresenceClient.ConnectAsync(server, "/hubs/document/1");
        await victim.StateAsync();
        await using var thief = await PresenceClient.ConnectAsync(server, "/hubs/document/1", user: victim.SelfId);
        await Eventually.TrueAsync(() => thief.Connection.State == HubConnectionState.Disconnected, "the hub refuses");
        (await server.Manager.ListPresencesAsync("document:1")).Single().Connections.Should().ContainSingle();
    }

    public sealed class PlainHub : Hub;
}
