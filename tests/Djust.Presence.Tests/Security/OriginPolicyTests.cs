using FluentAssertions;
using Microsoft.Extensions.Primitives;
using Xunit;

namespace Djust.Presence.Tests.Security;

/// <summary>Which pages may connect, as a function of the request's headers and the options.</summary>
public sealed class OriginPolicyTests
{
    [Theory]
    [InlineData("https://app.example.com", "https", "app.example.com")]
    [InlineData("https://app.example.com", "https", "app.example.com:443")]
    [InlineData("https://app.example.com:443", "https", "app.example.com")]
    [InlineData("http://localhost:5000", "http", "localhost:5000")]
    [InlineData("http://localhost", "http", "localhost:80")]
    [InlineData("HTTPS://App.Example.COM", "https", "app.example.com")]
    [InlineData("https://app.example.com", "HTTPS", "APP.example.com")]
    [InlineData("https://app.example.com", "wss", "app.example.com")]
    [InlineData("http://[::1]:5000", "http", "[::1]:5000")]
    [InlineData("https://xn--bcher-kva.example", "https", "xn--bcher-kva.example")]
    public void A_page_of_the_requests_own_origin_may(string origin, string scheme, string host) =>
        Decide(origin, scheme, host).Should().Be(OriginVerdict.Allowed);

    [Theory]
    [InlineData("https://evil.example")]
    [InlineData("http://app.example.com")]
    [InlineData("https://app.example.com:8443")]
    [InlineData("https://example.com")]
    [InlineData("https://x.app.example.com")]
    [InlineData("https://app.example.com.")]
    [InlineData("https://app.example.com.evil.example")]
    [InlineData("https://evil-app.example.com")]
    [InlineData("https://app.example.com@evil.example")]
    [InlineData("https://evil.example#app.example.com")]
    [InlineData("https://evil.example\\@app.example.com")]
    [InlineData("https://app.example.com/")]
    [InlineData("https://app.example.com, https://evil.example")]
    [InlineData("https://app.example.com https://evil.example")]
    [InlineData(" https://app.example.com")]
    [InlineData("https://app.example.com\t")]
    [InlineData("https://\u24b6pp.example.com")]
    [InlineData("https://%61pp.example.com")]
    [InlineData("https://*")]
    [InlineData("*")]
    [InlineData("null")]
    [InlineData("")]
    [InlineData("https")]
    [InlineData("https://")]
    [InlineData("://app.example.com")]
    [InlineData("//app.example.com")]
    [InlineData("app.example.com")]
    [InlineData("javascript:alert(1)")]
    public void Any_other_page_may_not(string origin) =>
        Decide(origin, "https", "app.example.com").Should().Be(OriginVerdict.Foreign);

    [Fact]
    public void Two_headers_are_foreign_even_where_both_are_the_own() =>
        Decide(new StringValues(["https://app.example.com", "https://app.example.com"]), "https", "app.example.com").Should().Be(OriginVerdict.Foreign);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("evil.example/")]
    public void A_request_without_a_sound_host_has_no_own_origin(string? host) =>
        Decide("https://evil.example", "https", host).Should().Be(OriginVerdict.Foreign);

    [Theory]
    [InlineData("https://app.example.com", "https://app.example.com")]
    [InlineData("https://app.example.com/", "https://app.example.com")]
    [InlineData("https://app.example.com:443", "https://app.example.com")]
    [InlineData("HTTPS://APP.example.com", "https://app.example.com")]
    [InlineData("http://localhost:5173", "http://localhost:5173")]
    [InlineData("capacitor://localhost", "capacitor://localhost")]
    [InlineData("chrome-extension://abcdefghijklmnop", "chrome-extension://abcdefghijklmnop")]
    public void A_listed_origin_may_and_its_neighbours_may_not(string entry, string origin)
    {
        OriginPolicy.Fault(entry).Should().BeNull();
        var policy = new OriginPolicy([entry], requireOrigin: false);
        policy.Decide(origin, "https", "hub.example", isPlainGet: false).Should().Be(OriginVerdict.Allowed);
        policy.Decide("https://hub.example", "https", "hub.example", isPlainGet: false).Should().Be(OriginVerdict.Allowed, "the own origin needs no entry");
        foreach (var neighbour in new[] { origin + ":1", origin + ".evil.example", "x" + origin, "null", "https://evil.example" })
        {
            policy.Decide(neighbour, "https", "hub.example", isPlainGet: false).Should().Be(OriginVerdict.Foreign, neighbour);
        }
    }

    [Theory]
    [InlineData("https://evil.example")]
    [InlineData("null")]
    [InlineData("nonsense")]
    public void A_star_allows_every_page(string origin) =>
        new OriginPolicy(["*"], requireOrigin: true).Decide(origin, "https", "app.example.com", isPlainGet: false).Should().Be(OriginVerdict.Allowed);

    [Theory]
    [InlineData(false, false, nameof(OriginVerdict.Allowed))]
    [InlineData(false, true, nameof(OriginVerdict.Allowed))]
    [InlineData(true, false, nameof(OriginVerdict.Missing))]
    [InlineData(true, true, nameof(OriginVerdict.Allowed))]
    public void A_request_that_names_no_origin_is_let_in_unless_one_is_required(bool required, bool isPlainGet, string verdict) =>
        new OriginPolicy([], required).Decide(StringValues.Empty, "https", "app.example.com", isPlainGet).ToString().Should().Be(verdict);

    /// <summary>Random texts out of the pieces that parsers trip over: none throws, and none but the own origin's spellings passes.</summary>
    [Fact]
    public void No_mixture_of_pieces_passes_for_another_origin()
    {
        string[] pieces = ["https", "http", ":", "//", "/", "://", "app.example.com", "evil.example", "@", "\\", "#", "?", "%00", ".", ":443", ":80", "[::1]", "[", "]", " ", "\0", "é", "xn--", "XN--0", "*", ",", "null", "\ud800", "-", "99999999999"];
        string[] own = ["https://app.example.com", "https://app.example.com:443", "https://app.example.com:"];
        var random = new Random(5);
        for (var i = 0; i < 200_000; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(1, 8)).Select(_ => pieces[random.Next(pieces.Length)]));
            if (Decide(text, "https", "app.example.com") == OriginVerdict.Allowed)
            {
                own.Should().Contain(text);
            }

            OriginPolicy.Fault(text);
        }
    }

    private static OriginVerdict Decide(StringValues origin, string scheme, string? host) =>
        new OriginPolicy([], requireOrigin: false).Decide(origin, scheme, host, isPlainGet: false);
}
