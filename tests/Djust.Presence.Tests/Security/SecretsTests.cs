using System.Net;
using System.Text.Json;
using Djust.Presence.Backends;
using Djust.Presence.Tests.Hosting;
using FluentAssertions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Djust.Presence.Tests.Security;

/// <summary>Whatever fails: cookies, tokens and connection ids go nowhere, metas only to the group, and keys and user ids into no log.</summary>
public sealed class SecretsTests : IDisposable
{
    public const string Key = "vault:plans-5b7e21";
    public const string Forbidden = "vault:forbidden-77aa03";
    public const string Broken = "vault:broken-c41f5e";
    public const string User = "grace-0192ab";
    public const string Meta = "note-e83d64";

    private const string Path = "/hubs/vault/plans-5b7e21?access_token=" + AccessToken;
    private const string AccessToken = "access-1f0d9c7e";
    private const string Session = "session-9b2c40";

    private readonly Recording _recording = new();
    private readonly TellingHub.Secrets _secrets = new();
    private readonly FaultyBackend _backend = new(TimeProvider.System);
    private readonly CookieContainer _browser = new();
    private readonly List<string> _told = [];

    public void Dispose() => _recording.Dispose();

    private static JsonElement Json(string json) => JsonSerializer.Deserialize<JsonElement>(json);

    private static JsonElement Nested(string name, int depth) => Json(string.Concat(Enumerable.Repeat($$"""{"{{name}}":""", depth)) + "1" + new string('}', depth));

    public static TheoryData<string, object?[]> Refusals => new()
    {
        { "Track", [Forbidden, new { note = Meta }] },
        { "Watch", [Forbidden] },
        { "PresenceSync", [Forbidden] },
        { "Update", [Forbidden, new { note = Meta }] },
        { "CursorMoveIn", [Forbidden, 1.0, 1.0] },
        { "CursorMoveIn", [Key, 1e300, 1.0] },
        { "Track", [Key + new string('k', 200), new { note = Meta }] },
        { "Track", [Key + "\n", new { note = Meta }] },
        { "Track", [Key + "2", new { note = Meta }] },
        { "Update", [null, new { note = Meta + new string('n', 2_048) }] },
        { "Update", [null, new[] { Meta }] },
        { "Update", [null, Meta] },
        { "Update", [null, Json($$"""{"{{Meta}}":1,"{{Meta}}":2}""")] },
        { "Update", [null, Nested(Meta, 9)] },
        { "Say", [Key + new string('k', 200)] },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task A_refusal_is_in_no_log_with_a_key_a_user_or_a_meta(string method, object?[] arguments)
    {
        await using var server = await StartAsync(options => options.MaxGroupsPerConnection = 1);
        await using var client = await ConnectAsync(server);

        var call = () => client.Connection.InvokeCoreAsync(method, arguments);
        var refusal = (await call.Should().ThrowAsync<HubException>()).Which.Message;

        var groups = new[] { Key, Forbidden };
        await Eventually.TrueAsync(() => _recording.OfSignalR.Any(line => line.StartsWith("Error", StringComparison.Ordinal) && line.Contains("HubException", StringComparison.Ordinal)), "SignalR logs the refusal");
        _recording.OfSignalR.Concat(_recording.Own).Should().NotContain(line => Names(line));
        refusal.Should().NotContainAny(_secrets.All).And.NotContain(Meta);
        if (refusal.Contains("in the log", StringComparison.Ordinal))
        {
            groups.Should().Contain(key => refusal.Contains(new LogId(key).ToString(), StringComparison.Ordinal), "the message leads to the log");
        }
    }

    [Fact]
    public async Task Whatever_fails_no_secret_leaves_in_logs_metrics_health_or_messages()
    {
        await using var server = await StartAsync(options =>
            (options.CursorMovesPerSecond, options.LeaveGracePeriod, options.NodeHeartbeatInterval, options.NodeTimeout) =
            (1, TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(60)));
        await using var observer = await PresenceClient.ConnectAsync(server, Path, user: "observer");
        await observer.StateAsync();
        var client = await ConnectAsync(server);
        await TryAsync(client, "Update", null, new { note = Meta, again = true });
        await TryAsync(client, "Track", Broken, new { note = Meta });
        await TryAsync(client, "Watch", Broken);
        await server.Services.GetRequiredService<CursorTracker>().UpdateCursorAsync(Key, User, 0.5, 0.5, new { note = Meta });
        await Eventually.TrueAsync(
            async () =>
            {
                await TryAsync(client, "CursorMove", 0.5, 0.5);
                return Logged(42);
            },
            "a move that came too fast is handled later, and fails then");
        foreach (var request in new[] { "join", "update", "subscribe" })
        {
            _backend.Before = sent => sent == request ? throw _secrets.Failure() : Task.CompletedTask;
            await TryAsync(client, "Update", null, new { note = Meta, request });
            await TryAsync(client, "Track", null, new { note = Meta, request });
            await TryAsync(client, "Watch", Key + request);
        }

        // Joined anew in vain, a lease that is not renewed, and an end that is not taken.
        _backend.Before = sent => sent is "join" or "renew" or "hold" or "leave" ? throw _secrets.Failure() : Task.CompletedTask;
        var scanner = server.Services.GetRequiredService<SilenceScanner>();
        await Eventually.TrueAsync(
            async () =>
            {
                // As often as it takes: a scan passes over a connection that another one tends.
                server.Services.GetRequiredService<ConnectionRegistry>().All.First().NeedsReassert = true;
                await scanner.ScanAsync();
                return Logged(15);
            },
            "joining anew fails");
        await client.DisposeAsync();
        foreach (var message in new[] { 10, 11, 12, 40, 43 })
        {
            await Eventually.TrueAsync(
                async () =>
                {
                    await server.Services.GetRequiredService<CursorTracker>().GetCursorsAsync(Key);
                    return Logged(message);
                },
                $"message {message} is logged");
        }

        _backend.Before = _ => Task.CompletedTask;
        var health = await server.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync();
        await Eventually.TrueAsync(() => observer.Leaves.Contains(User), "the observer has heard of the end");

        _secrets.All.Should().HaveCountGreaterThan(5).And.Contain(Session).And.Contain(_browser.GetCookies(server.Url)[".Djust.Presence.Visitor"]!.Value);
        _recording.Own.Should().HaveCountGreaterThan(6).And.NotContain(line => Names(line) || Tells(line));
        _recording.Measurements.Should().NotBeEmpty().And.NotContain(line => Names(line) || Tells(line));
        JsonSerializer.Serialize(health.Entries.Values.Select(entry => new { entry.Data, entry.Description })).Should().NotContainAny([.. _secrets.All, Meta, Key, User]);
        _told.Concat(observer.Received.Concat(client.Received).Select(message => message.Message.GetRawText())).Should().HaveCountGreaterThan(10).And.NotContain(message => Tells(message));
    }

    /// <summary>Who or where somebody is, and what they say of themselves.</summary>
    private static bool Names(string line) => new[] { Key, Forbidden, Broken, "plans-5b7e21", "forbidden-77aa03", "broken-c41f5e", User, Meta }.Any(name => line.Contains(name, StringComparison.Ordinal));

    private bool Tells(string line) => _secrets.All.Append(AccessToken).Any(secret => line.Contains(secret, StringComparison.Ordinal));

    private bool Logged(int message) =>
        _recording.Logs.Collector.GetSnapshot().Any(record => record.Id.Id == message && record.Category!.StartsWith("Djust.Presence", StringComparison.Ordinal));

    private async Task TryAsync(PresenceClient client, string method, params object?[] arguments)
    {
        try
        {
            await client.Connection.InvokeCoreAsync(method, arguments);
        }
        catch (HubException e)
        {
            _told.Add(e.Message);
        }
    }

    private async Task<PresenceClient> ConnectAsync(PresenceServer server)
    {
        _browser.Add(server.Url, new Cookie(".AspNetCore.Session", Session));
        var client = await PresenceClient.ConnectAsync(server, Path, _browser, user: User);
        await client.StateAsync();
        return client;
    }

    private Task<PresenceServer> StartAsync(Action<PresenceOptions> options) => PresenceServer.StartAsync(
        app =>
        {
            app.UseTestUsers();
            app.MapHub<TellingHub>("/hubs/vault/{vault}");
        },
        builder =>
        {
            builder.Logging.SetMinimumLevel(LogLevel.Trace).AddProvider(_recording.Logs);
            builder.Services.AddSingleton(_secrets);
            builder.Services.AddHealthChecks().AddPresence();
            builder.Services.AddSingleton<IPresenceAuthorizer, TellingHub.Authorizer>();
            builder.Services.AddSignalR().AddPresence(options);
            builder.Services.AddSingleton<IPresenceBackend>(_backend);
            builder.Services.AddSingleton<IDistributedCache>(new ThrowingCache(_secrets.Failure));
        });
}
