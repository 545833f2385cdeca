using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Xunit;

namespace Djust.Presence.Tests.Tracking;

/// <summary>What is wrong with the options is said at start, all of it, with the way out.</summary>
public sealed class OptionsValidatorTests
{
    public static TheoryData<string> Periods() =>
    [
        nameof(PresenceOptions.HeartbeatInterval), nameof(PresenceOptions.PresenceTimeout), nameof(PresenceOptions.CleanupInterval),
        nameof(PresenceOptions.NodeHeartbeatInterval), nameof(PresenceOptions.NodeTimeout), nameof(PresenceOptions.BroadcastInterval),
    ];

    public static TheoryData<string, int> Limits() => new()
    {
        { nameof(PresenceOptions.MaxKeyLength), 1 },
        { nameof(PresenceOptions.MaxUserIdLength), 1 },
        { nameof(PresenceOptions.MaxMetaBytes), 2 },
        { nameof(PresenceOptions.MaxGroupsPerConnection), 1 },
        { nameof(PresenceOptions.MaxConnectionsPerUser), 1 },
        { nameof(PresenceOptions.MaxPresencesSent), 1 },
        { nameof(PresenceOptions.UpdatesPerSecond), 1 },
        { nameof(PresenceOptions.MaxAudiencesPerGroup), 1 },
    };

    [Fact]
    public void More_moves_than_messages_cannot_come() => Failures(new PresenceOptions { MessagesPerSecond = 119 }).Should()
        .Equal("MessagesPerSecond is 119; it must be at least CursorMovesPerSecond (120), since each move is a message. Raise MessagesPerSecond or lower CursorMovesPerSecond.");

    [Fact]
    public void The_defaults_are_valid() => Failures(new PresenceOptions()).Should().BeEmpty();

    [Theory]
    [MemberData(nameof(Periods))]
    public void A_period_is_more_than_zero_and_no_longer_than_timers_take(string option)
    {
        foreach (var value in new[] { TimeSpan.Zero, TimeSpan.FromTicks(-1), TimeSpan.MinValue, TimeSpan.MaxValue, Timeout.InfiniteTimeSpan, TimeSpan.FromDays(50) })
        {
            Failures(With(option, value)).Should().Contain($"{option} is {value}; it must be more than zero and at most 49 days.");
        }

        Failures(With(option, TimeSpan.FromTicks(1))).Should().NotContain(failure => failure.Contains("49 days", StringComparison.Ordinal));
        Failures(With(option, TimeSpan.FromDays(49))).Should().NotContain(failure => failure.Contains("49 days", StringComparison.Ordinal));
    }

    [Fact]
    public void The_grace_may_be_zero_but_not_less()
    {
        Failures(new PresenceOptions { LeaveGracePeriod = TimeSpan.Zero }).Should().BeEmpty();
        foreach (var value in new[] { TimeSpan.FromTicks(-1), Timeout.InfiniteTimeSpan, TimeSpan.FromDays(50) })
        {
            Failures(new PresenceOptions { LeaveGracePeriod = value }).Should().Equal($"LeaveGracePeriod is {value}; it must be zero or more, and at most 49 days.");
        }
    }

    [Fact]
    public void The_presence_timeout_is_at_least_twice_the_heartbeat()
    {
        var options = new PresenceOptions { HeartbeatInterval = TimeSpan.FromSeconds(31) };
        Failures(options).Should().Equal(
            "PresenceTimeout (00:01:00) must be at least twice HeartbeatInterval (00:00:31), or a single lost heartbeat makes people leave. Raise PresenceTimeout or lower HeartbeatInterval.");
        options.PresenceTimeout = TimeSpan.FromSeconds(62);
        Failures(options).Should().BeEmpty();
    }

    [Fact]
    public void The_node_timeout_is_at_least_twice_the_nodes_heartbeat()
    {
        var options = new PresenceOptions { NodeTimeout = TimeSpan.FromSeconds(9) };
        Failures(options).Should().Equal(
            "NodeTimeout (00:00:09) must be at least twice NodeHeartbeatInterval (00:00:05), or a single lost heartbeat makes people leave. Raise NodeTimeout or lower NodeHeartbeatInterval.");
        options.NodeTimeout = TimeSpan.FromSeconds(10);
        Failures(options).Should().BeEmpty();
    }

    [Theory]
    [MemberData(nameof(Limits))]
    public void A_limit_lets_at_least_something_through(string option, int smallest)
    {
        Failures(With(option, smallest)).Should().BeEmpty();
        foreach (var value in new[] { smallest - 1, -1, int.MinValue })
        {
            Failures(With(option, value)).Should().Equal($"{option} is {value}; it must be at least {smallest}.");
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(33)]
    [InlineData(int.MaxValue)]
    public void A_meta_is_at_least_an_object_and_no_deeper_than_JSON_readers_take(int depth)
    {
        Failures(new PresenceOptions { MaxMetaDepth = depth }).Should().Equal($"MaxMetaDepth is {depth}; it must be 1 to 32.");
        Failures(new PresenceOptions { MaxMetaDepth = 1 }).Should().BeEmpty();
        Failures(new PresenceOptions { MaxMetaDepth = 32 }).Should().BeEmpty();
    }

    [Fact]
    public void Changes_are_sent_at_least_every_minute()
    {
        Failures(new PresenceOptions { BroadcastInterval = TimeSpan.FromMinutes(1) }).Should().BeEmpty();
        Failures(new PresenceOptions { BroadcastInterval = TimeSpan.FromSeconds(61) }).Should().Equal("BroadcastInterval is 00:01:01; at most one minute is allowed.");
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData(null)]
    [InlineData("a b")]
    [InlineData("a=b")]
    [InlineData("a;b")]
    [InlineData("é")]
    [InlineData("a\r\nSet-Cookie: b")]
    public void The_visitor_cookie_has_a_name_that_a_cookie_can_have(string? name) =>
        Failures(new PresenceOptions { VisitorCookieName = name! }).Should().ContainSingle().Which.Should()
            .StartWith($"VisitorCookieName is \"{name}\"; it must have letters, digits and . _ - only");

    [Theory]
    [InlineData("https://app.example.com")]
    [InlineData("https://app.example.com/")]
    [InlineData("http://localhost:5173")]
    [InlineData("capacitor://localhost")]
    [InlineData("*")]
    public void An_allowed_origin_is_an_origin_or_a_star(string entry) =>
        Failures(new PresenceOptions { AllowedOrigins = { entry } }).Should().BeEmpty();

    [Theory]
    [InlineData("app.example.com", "write an origin")]
    [InlineData("https://app.example.com/chat", "no path")]
    [InlineData("https://app.example.com//", "no path")]
    [InlineData("https://*.example.com", "no wildcard in it")]
    [InlineData("https://a.example, https://b.example", "one origin an entry")]
    [InlineData("https://bücher.example", "xn--")]
    [InlineData("wss://app.example.com", "Write \"https://…\"")]
    [InlineData("ws://app.example.com", "Write \"http://…\"")]
    [InlineData("null", "sandboxed frames")]
    [InlineData("", "write an origin")]
    [InlineData(" ", "write an origin")]
    [InlineData(null, "write an origin")]
    public void An_allowed_origin_that_is_none_is_said_with_the_way_out(string? entry, string hint) =>
        Failures(new PresenceOptions { AllowedOrigins = { "https://good.example", entry! } }).Should().ContainSingle()
            .Which.Should().StartWith($"AllowedOrigins has \"{entry}\": ").And.Contain(hint);

    [Fact]
    public void Everything_that_is_wrong_is_said_at_once() =>
        Failures(new PresenceOptions { MaxKeyLength = 0, MaxMetaDepth = 0, BroadcastInterval = TimeSpan.Zero, NodeTimeout = TimeSpan.FromSeconds(1) }).Should().HaveCount(4);

    [Fact]
    public void Wrong_options_are_found_through_dependency_injection()
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSignalR().AddPresence(options => options.HeartbeatInterval = TimeSpan.FromMinutes(1));
        using var provider = services.BuildServiceProvider();
        var act = () => provider.GetRequiredService<IStartupValidator>().Validate();
        act.Should().Throw<OptionsValidationException>().WithMessage("PresenceTimeout (00:01:00) must be at least twice HeartbeatInterval (00:01:00)*");
    }

    private static string[] Failures(PresenceOptions options) => [.. new PresenceOptionsValidator().Validate(null, options).Failures ?? []];

    private static PresenceOptions With(string option, object value)
    {
        var options = new PresenceOptions();
        typeof(PresenceOptions).GetProperty(option)!.SetValue(options, value);
        return options;
    }
}
