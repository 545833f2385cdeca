using FluentAssertions;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Djust.Presence.Tests.Security;

/// <summary>What the log says of refused pages.</summary>
public sealed class OriginGuardTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly FakeLogger<OriginGuard> _log = new();

    [Fact]
    public async Task A_flood_of_refused_requests_is_one_line_a_minute_that_counts_the_rest()
    {
        var guard = Create();
        for (var i = 0; i < 1_000; i++)
        {
            (await guard.AdmitAsync(Request($"https://evil{i}.example"))).Should().BeFalse();
        }

        _log.Collector.GetSnapshot().Should().ContainSingle().Which.Message.Should()
            .Contain("https://evil0.example").And.Contain("0 requests before it").And.ContainAll("AllowedOrigins", "UseForwardedHeaders");
        _time.Advance(TimeSpan.FromMinutes(1));
        await guard.AdmitAsync(Request("https://late.example"));
        _log.Collector.GetSnapshot().Should().HaveCount(2);
        _log.LatestRecord.Message.Should().Contain("https://late.example").And.Contain("999 requests before it");
    }

    [Fact]
    public async Task A_line_has_the_origin_made_printable_and_short_and_nothing_else_of_the_request()
    {
        var request = Request("https://evil\r\n\u202e\u001b[31m.example" + new string('a', 10_000));
        request.Request.Headers.Cookie = "secret-cookie";
        request.Request.Path = "/hubs/secret-path";
        request.Request.QueryString = new QueryString("?access_token=secret-token");
        await Create().AdmitAsync(request);
        _log.LatestRecord.Message.Should().Contain("https://evil????[31m.exampleaaa").And.NotContain("secret").And.NotContain(new string('a', 100));
        _log.LatestRecord.Message.Should().MatchRegex("^[ -~]*$");
    }

    [Fact]
    public async Task A_client_that_has_to_name_its_origin_and_does_not_is_another_line()
    {
        (await Create(requireOrigin: true).AdmitAsync(Request(null))).Should().BeFalse();
        _log.LatestRecord.Message.Should().Contain("without an Origin header").And.Contain("RequireOrigin");
    }

    [Fact]
    public async Task What_is_allowed_is_not_logged_and_not_answered()
    {
        var request = Request("https://app.example.com");
        (await Create().AdmitAsync(request)).Should().BeTrue();
        request.Response.StatusCode.Should().Be(StatusCodes.Status200OK);
        _log.Collector.Count.Should().Be(0);
    }

    private static DefaultHttpContext Request(string? origin)
    {
        var context = new DefaultHttpContext();
        context.Request.Method = HttpMethods.Post;
        context.Request.Scheme = "https";
        context.Request.Host = new HostString("app.example.com");
        if (origin is not null)
        {
            context.Request.Headers.Origin = origin;
        }

        return context;
    }

    private OriginGuard Create(bool requireOrigin = false) => new(Options.Create(new PresenceOptions { RequireOrigin = requireOrigin }), _time, _log);
}
