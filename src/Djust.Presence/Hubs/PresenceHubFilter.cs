using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.SignalR;

namespace Djust.Presence;

/// <summary>
/// Begins and ends the presence of each connection. A filter, not the base class: it is there for hubs with any base class, and it is the
/// first that hears of an <c>OnConnectedAsync</c> that throws, after which SignalR does not call <c>OnDisconnectedAsync</c>. Filters of the
/// application's may stand outside of this one and fail: what they keep from it is ended by <see cref="PresenceHubLifetimeManager{THub}"/>.
/// </summary>
internal sealed class PresenceHubFilter(
    PresenceServices services,
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

        var session = Begin(context);
        try
        {
            await next(context);
        }
        catch
        {
            await session.EndAsync(atOnce: true);
            throw;
        }
    }

    public async Task OnDisconnectedAsync(HubLifetimeContext context, Exception? exception, Func<HubLifetimeContext, Exception?, Task> next)
    {
        if (context.Context.Features.Get<PresenceSession>() is { } session)
        {
            // Before the application's own code, which may throw or never return.
            await session.EndAsync(atOnce: false);
        }

        await next(context, exception);
    }

    public ValueTask<object?> InvokeMethodAsync(HubInvocationContext invocationContext, Func<HubInvocationContext, ValueTask<object?>> next)
    {
        var call = next(invocationContext);
        return call.IsCompletedSuccessfully || invocationContext.Context.Features.Get<PresenceSession>()?.Connection is not { } connection
            ? call
            : PaceRefusalAsync(call, connection, invocationContext.Context);
    }

    private static async ValueTask<object?> PaceRefusalAsync(ValueTask<object?> call, LocalConnection connection, HubCallerContext caller)
    {
        try
        {
            return await call;
        }
        catch (Exception) when (!caller.ConnectionAborted.IsCancellationRequested)
        {
            // Whatever threw, the application's own code too.
            await connection.Limits.RefusalAsync(caller.ConnectionAborted);
            throw;
        }
    }

    private PresenceSession Begin(HubLifetimeContext context)
    {
        var hub = services.Hubs.Get(context.Hub.GetType());
        var hubContext = _hubContexts.GetOrAdd(hub.Type, type => CreateHubContext(type, context.Context));
        var direct = context.Context.Features.Get<DirectConnectionWriter>();
        var writer = direct ?? (IConnectionWriter)new HubContextWriter(hubContext, context.Context.ConnectionId);
        var connection = new LocalConnection(
            context.Context.ConnectionId, hub, writer, hubContext.Groups, new ConnectionLimits(services.Limits), services.Time.GetTimestamp());
        var session = new PresenceSession(services, connection, null, context.Context);
        if (context.Context.Features.Get<IConnectionTransportFeature>() is { Transport: { } transport } feature)
        {
            session.Pace = new IntakePace(services.Limits, session);
            feature.Transport = new PacedTransport(transport, direct?.ProtocolName, session.Pace);
            connection.IsObserved = true;
        }

        session.KnownVisitorId = context.Context.GetHttpContext() is { } http ? PresenceEndpointPolicy.Release(http) : null;
        context.Context.Features.Set(session);
        services.Connections.Add(connection);
        return session;
    }

    private IHubContext CreateHubContext(Type hub, HubCallerContext context)
    {
        if (context.Features.Get<DirectConnectionWriter>() is null)
        {
            RoomLog.Fallback(logger, hub.Name);
        }

        return (IHubContext)provider.GetRequiredService(typeof(IHubContext<>).MakeGenericType(hub));
    }
}
