using System.Net;
using System.Net.WebSockets;
using Djust.Presence.Tests.Hosting;
using FluentAssertions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Djust.Presence.Tests.Security;

/// <summary>Pages of other origins, over real connections: what a browser would send for them.</summary>
public sealed class OriginTests
{
    private const string Foreign = "https://evil.example";
    private const string Listed = "https://app.example.com";

    public static TheoryData<string> PresenceHubs() => ["/hubs/document/1", "/hubs/board/1", "/hubs/mixin"];

    [Theory]
    [MemberData(nameof(PresenceHubs))]
    public async Task A_foreign_page_is_refused_before_the_hub_sees_anything(string path)
    {
        await using var server = await StartAsync();
        var seen = server.Services.GetRequiredService<Visits>();
        foreach (var origin in new[] { Foreign, "null", $"http://localhost:{server.Url.Port}", $"https://127.0.0.1:{server.Url.Port}" })
        {
            (await OpenAsync(server, path, origin)).Should().Be(HttpStatusCode.Forbidden, origin);
            using var negotiation = await SendAsync(server, HttpMethod.Post, path + "/negotiate?negotiateVersion=1", origin);
            negotiation.StatusCode.Should().Be(HttpStatusCode.Forbidden, origin);
            negotiation.Headers.Contains("Set-Cookie").Should().BeFalse();
            (await negotiation.Content.ReadAsStringAsync()).Should().Be("Pages of this origin may not connect here.");
        }

        seen.Count.Should().Be(0);
    }

    [Theory]
    [InlineData("text/event-stream")]
    [InlineData("*/*")]
    public async Task A_foreign_page_is_refused_on_the_other_transports_too_even_with_a_connections_token(string accept)
    {
        await using var server = await StartAsync();
        using var negotiation = await SendAsync(server, HttpMethod.Post, "/hubs/document/1/negotiate?negotiateVersion=1", null);
        using var answer = System.Text.Json.JsonDocument.Parse(await negotiation.Content.ReadAsStringAsync());
        var path = $"/hubs/document/1?id={answer.RootElement.GetProperty("connectionToken").GetString()}";
        foreach (var method in new[] { HttpMethod.Get, HttpMethod.Post, HttpMethod.Delete })
        {
            using var response = await SendAsync(server, method, path, Foreign, accept);
            response.StatusCode.Should().Be(HttpStatusCode.Forbidden, method.Method);
        }
    }

    [Theory]
    [MemberData(nameof(PresenceHubs))]
    public async Task The_own_page_a_listed_one_and_a_client_that_is_no_browser_are_let_in(string path)
    {
        await using var server = await StartAsync(options => options.AllowedOrigins.Add(Listed + "/"));
        foreach (var origin in new[] { server.Url.GetLeftPart(UriPartial.Authority), Listed, null })
        {
            (await OpenAsync(server, path, origin)).Should().Be(HttpStatusCode.SwitchingProtocols, origin);
            using var negotiation = await SendAsync(server, HttpMethod.Post, path + "/negotiate?negotiateVersion=1", origin);
            negotiation.StatusCode.Should().Be(HttpStatusCode.OK, origin);
        }

        (await OpenAsync(server, path, Foreign)).Should().Be(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task A_client_without_an_origin_is_refused_where_one_is_required()
    {
        await using var server = await StartAsync(options => options.RequireOrigin = true);
        var own = server.Url.GetLeftPart(UriPartial.Authority);
        (await OpenAsync(server, "/hubs/document/1", null)).Should().Be(HttpStatusCode.Forbidden);
        (await OpenAsync(server, "/hubs/document/1", own)).Should().Be(HttpStatusCode.SwitchingProtocols);
        using var unnamed = await SendAsync(server, HttpMethod.Post, "/hubs/document/1/negotiate?negotiateVersion=1", null);
        unnamed.StatusCode.Should().Be(HttpStatusCode.Forbidden);
        using var named = await SendAsync(server, HttpMethod.Post, "/hubs/document/1/negotiate?negotiateVersion=1", own);
        named.StatusCode.Should().Be(HttpStatusCode.OK);
        using var poll = await SendAsync(server, HttpMethod.Get, "/hubs/document/1?id=none", null);
        poll.StatusCode.Should().Be(HttpStatusCode.NotFound, "browsers name no origin when they poll their page's own");
    }

    [Fact]
    public async Task A_star_lets_every_page_in()
    {
        await using var server = await StartAsync(options => options.AllowedOrigins.Add("*"));
        (await OpenAsync(server, "/hubs/document/1", Foreign)).Should().Be(HttpStatusCode.SwitchingProtocols);
    }

    [Fact]
    public async Task Other_hubs_and_endpoints_of_the_application_are_not_touched()
    {
        await using var server = await StartAsync(options => options.RequireOrigin = true);
        foreach (var origin in new[] { Foreign, "null", null })
        {
            (await OpenAsync(server, "/hubs/plain", origin)).Should().Be(HttpStatusCode.SwitchingProtocols);
            using var response = await SendAsync(server, HttpMethod.Get, "/other", origin);
            response.StatusCode.Should().Be(HttpStatusCode.OK);
        }
    }

    [Fact]
    public async Task Behind_a_proxy_the_forwarded_scheme_and_host_count_also_where_routing_comes_first()
    {
        await using var server = await StartAsync();
        (await OpenAsync(server, "/hubs/document/1", "https://front.example", "https", "front.example")).Should().Be(HttpStatusCode.SwitchingProtocols);
        (await OpenAsync(server, "/hubs/document/1", "http://front.example", "https", "front.example")).Should().Be(HttpStatusCode.Forbidden);
        (await OpenAsync(server, "/hubs/document/1", server.Url.GetLeftPart(UriPartial.Authority), "https", "front.example")).Should().Be(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Behind_a_proxy_that_ends_TLS_the_visitors_cookie_is_secure()
    {
        await using var server = await StartAsync();
        using var http = new HttpClient { BaseAddress = server.Url };
        http.DefaultRequestHeaders.Add("X-Forwarded-Proto", "https");
        using var negotiation = await http.PostAsync(new Uri("/hubs/document/1/negotiate?negotiateVersion=1", UriKind.Relative), null);
        negotiation.Headers.GetValues("Set-Cookie").Should().ContainSingle().Which.Should().Contain("; secure");
    }

    [Fact]
    public async Task A_preflight_of_a_listed_origin_is_answered_by_CORS_and_CORS_alone_lets_nobody_in()
    {
        const string corsOnly = "https://cors-only.example";
        await using var server = await StartAsync(options => options.AllowedOrigins.Add(Listed));
        foreach (var origin in new[] { Listed, corsOnly })
        {
            using var preflight = new HttpRequestMessage(HttpMethod.Options, "/hubs/document/1/negotiate?negotiateVersion=1");
            preflight.Headers.Add("Origin", origin);
            preflight.Headers.Add("Access-Control-Request-Method", "POST");
            preflight.Headers.Add("Access-Control-Request-Headers", "x-requested-with,x-signalr-user-agent");
            using var http = new HttpClient { BaseAddress = server.Url };
            using var answer = await http.SendAsync(preflight);
            answer.StatusCode.Should().Be(HttpStatusCode.NoContent);
            answer.Headers.GetValues("Access-Control-Allow-Origin").Should().Equal(origin);
        }

        using var listed = await SendAsync(server, HttpMethod.Post, "/hubs/document/1/negotiate?negotiateVersion=1", Listed);
        listed.StatusCode.Should().Be(HttpStatusCode.OK);
        listed.Headers.GetValues("Access-Control-Allow-Origin").Should().Equal(Listed);
        using var unlisted = await SendAsync(server, HttpMethod.Post, "/hubs/document/1/negotiate?negotiateVersion=1", corsOnly);
        unlisted.StatusCode.Should().Be(HttpStatusCode.Forbidden);
    }

    private static Task<PresenceServer> StartAsync(Action<PresenceOptions>? options = null) => PresenceServer.StartAsync(
        app =>
        {
            // After routing, as in an application that leaves UseRouting to the framework.
            app.UseForwardedHeaders(new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost });
            app.UseCors(cors => cors.WithOrigins(Listed, "https://cors-only.example").AllowAnyHeader().AllowAnyMethod().AllowCredentials());
            app.MapHub<VisitedHub>("/hubs/document/{docId}");
            app.MapHub<PointerHub>("/hubs/board/{id}");
            app.MapHub<MixinHub>("/hubs/mixin");
            app.MapHub<PlainHub>("/hubs/plain");
            app.MapGet("/other", () => "nothing to do with presence");
        },
        builder =>
        {
            builder.Services.AddCors();
            builder.Services.AddSingleton<Visits>();
            builder.Services.AddSignalR().AddPresence(options ?? (_ => { }));
        });

    /// <summary>Opens a WebSocket with no negotiation before it, as a hostile page would, and gives the status of the answer.</summary>
    private static async Task<HttpStatusCode> OpenAsync(PresenceServer server, string path, string? origin, string? forwardedScheme = null, string? forwardedHost = null)
    {
        using var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        Set("Origin", origin);
        Set("X-Forwarded-Proto", forwardedScheme);
        Set("X-Forwarded-Host", forwardedHost);
        try
        {
            await socket.ConnectAsync(new UriBuilder(new Uri(server.Url, path)) { Scheme = "ws" }.Uri, CancellationToken.None);
        }
        catch (WebSocketException) when (socket.HttpStatusCode != 0)
        {
            // Refused; the status says how.
        }

        return socket.HttpStatusCode;

        void Set(string header, string? value)
        {
            if (value is not null)
            {
                socket.Options.SetRequestHeader(header, value);
            }
        }
    }

    private static async Task<HttpResponseMessage> SendAsync(PresenceServer server, HttpMethod method, string path, string? origin, string? accept = null)
    {
        using var http = new HttpClient { BaseAddress = server.Url };
        using var request = new HttpRequestMessage(method, path);
        if (origin is not null)
        {
            request.Headers.Add("Origin", origin);
        }

        if (accept is not null)
        {
            request.Headers.Add("Accept", accept);
        }

        return await http.SendAsync(request);
    }

    public sealed class Visits
    {
        private int _count;

        public int Count => Volatile.Read(ref _count);

        public void Add() => Interlocked.Increment(ref _count);
    }

    /// <summary>Says that it was made.</summary>
    public sealed class VisitedHub : DocumentHub
    {
        public VisitedHub(Visits visits) => visits.Add();
    }

    public sealed class MixinHub : Hub, IPresenceMixin
    {
        public MixinHub(Visits visits) => visits.Add();
    }

    public sealed class PlainHub : Hub;
}
