using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.SignalR;

namespace Djust.Presence;

/// <summary>
/// Begins and ends the presence of each connection. A filter, not the base class: it is there for hubs with any base class, and it is the
/// only one that hears of an <c>OnConnectedAsync</c> that throws, after which SignalR does not call <c>OnDisconnectedAsync</c>.
/// </summary>
internal sealed class PresenceHubFilter(
    PresenceServices services,
    ConnectionRegistry connections,
    IServiceProvider provider,
    ILogger<PresenceHubFilter> logger) : IHubFilter
{
    private readonly System.Collections.Concurrent.ConcurrentDictionary<Type, IHubContext> _hubContexts = new();

    public async Task OnConnectedAsync(HubLifetimeContext context, Func<HubLifetimeContext, Task> next)
    {
        if (context.Hub is not IPresenceMixin)
        {
            await next(context);
            return;
        }

        var connection = Begin(context);
        try
        {
            await next(context);
        }
        catch
        {
            await EndAsync(connection, atOnce: true);
            throw;
        }
    }

    public async Task OnDisconnectedAsync(HubLifetimeContext context, Exception? exception, Func<HubLifetimeContext, Exception?, Task> next)
    {
        if (context.Context.Features.Get<PresenceSession>()?.Connection is { } connection)
        {
            // Before the application's own code, which may throw or never return.
            await EndAsync(connection, atOnce: false);
        }

        await next(context, exception);
    }

    private LocalConnection Begin(HubLifetimeContext context)
    {
        var hub = services.Hubs.Get(context.Hub.GetType());
        var hubContext = _hubContexts.GetOrAdd(hub.Type, type => CreateHubContext(type, context.Context));
        var direct = context.Context.Features.Get<DirectConnectionWriter>();
        var writer = direct ?? (IConnectionWriter)new HubContextWriter(hubContext, context.Context.ConnectionId);
        var connection = new LocalConnection(context.Context.ConnectionId, hub, writer, hubContext.Groups, services.Time.GetTimestamp());
        if (context.Context.Features.Get<IConnectionTransportFeature>() is { Transport: { } transport } feature)
        {
            feature.Transport = new ObservedTransport(transport, () => connection.Seen(services.Time.GetTimestamp()));
            connection.IsObserved = true;
        }

        context.Context.Features.Set(new PresenceSession(services, connection, null));
        connections.Add(connection);
        return connection;
    }

    private IHubContext CreateHubContext(Type hub, HubCallerContext context)
    {
        if (context.Features.Get<DirectConnectionWriter>() is null)
        {
            RoomLog.Fallback(logger, hub.Name);
        }

        return (IHubContext)provider.GetRequiredService(typeof(IHubContext<>).MakeGenericType(hub));
    }

    private async Task EndAsync(LocalConnection connection, bool atOnce)
    {
        connections.Remove(connection);
        await services.Tracker.DisconnectAsync(connection, atOnce);
    }
}
