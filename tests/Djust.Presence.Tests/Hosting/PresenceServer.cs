using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Djust.Presence.Tests.Hosting;

/// <summary>A real server on a free port of 127.0.0.1, with the hubs that a test maps.</summary>
internal sealed class PresenceServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private PresenceServer(WebApplication app) => _app = app;

    public IServiceProvider Services => _app.Services;

    public IPresenceManager Manager => Services.GetRequiredService<IPresenceManager>();

    public Uri Url => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());

    public static Task<PresenceServer> StartAsync(Action<WebApplication> map, Action<PresenceOptions>? options = null) =>
        StartAsync(map, builder => builder.Services.AddSignalR().AddMessagePackProtocol().AddPresence(options ?? (_ => { })));

    public static async Task<PresenceServer> StartAsync(Action<WebApplication> map, Action<WebApplicationBuilder> configure)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddRoutingCore();
        builder.Services.AddLogging();
        configure(builder);
        var app = builder.Build();
        app.UseRouting();
        map(app);
        await app.StartAsync();
        return new PresenceServer(app);
    }

    public Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();
}
