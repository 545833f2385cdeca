using Djust.Presence.Backends;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace Djust.Presence.Redis.Tests.Hosting;

/// <summary>An application with presence in Redis, as one is set up, and all that it logs.</summary>
internal sealed class PresenceHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private PresenceHost(WebApplication app) => _app = app;

    public IPresenceManager Manager => _app.Services.GetRequiredService<IPresenceManager>();

    public RedisPresenceBackend Backend => (RedisPresenceBackend)_app.Services.GetRequiredService<IPresenceBackend>();

    public IServiceProvider Services => _app.Services;

    public IReadOnlyList<FakeLogRecord> Logs => _app.Services.GetFakeLogCollector().GetSnapshot();

    /// <summary>Everything that was logged, exceptions too, as one text.</summary>
    public string Log => string.Join('\n', Logs.Select(record => $"{record.Message} {record.Exception}"));

    public static async Task<PresenceHost> StartAsync(Action<ISignalRServerBuilder> addRedis)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddRoutingCore();
        builder.Services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddFakeLogging());
        builder.Services.AddHealthChecks().AddPresence();
        addRedis(builder.Services.AddSignalR().AddPresence());
        var host = new PresenceHost(builder.Build());
        try
        {
            await host._app.StartAsync();
            return host;
        }
        catch
        {
            await host._app.DisposeAsync();
            throw;
        }
    }

    public async Task<(HealthStatus Status, string? Reason)> HealthAsync()
    {
        var report = await _app.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync();
        var entry = report.Entries["presence"];
        return (entry.Status, entry.Description);
    }

    public Task HealthyAsync() => Eventually.TrueAsync(async () => (await HealthAsync()).Status == HealthStatus.Healthy, "presence is healthy");

    /// <summary>Waits until the reason names something.</summary>
    public async Task<string> DegradedAsync(string reason)
    {
        var last = string.Empty;
        await Eventually.TrueAsync(async () =>
        {
            var health = await HealthAsync();
            last = health.Reason ?? string.Empty;
            return health.Status == HealthStatus.Degraded && last.Contains(reason, StringComparison.Ordinal);
        }, $"presence is degraded and says \"{reason}\"");
        return last;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
