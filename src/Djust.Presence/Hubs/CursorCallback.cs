using Microsoft.AspNetCore.SignalR;

namespace Djust.Presence;

/// <summary>Handles a cursor move that came too fast, later: on a hub of its own, on behalf of the connection that moved.</summary>
internal static class CursorCallback
{
    public static async Task InvokeAsync<THub>(IServiceProvider services, HubCallerContext caller, string? key, CursorPoint point)
        where THub : Hub
    {
        await using var scope = services.GetRequiredService<IServiceScopeFactory>().CreateAsyncScope();
        var activator = scope.ServiceProvider.GetRequiredService<IHubActivator<THub>>();
        var context = (IHubContext)scope.ServiceProvider.GetRequiredService<IHubContext<THub>>();
        var hub = activator.Create();
        try
        {
            hub.Context = caller;
            hub.Clients = new DetachedHubClients(context.Clients);
            hub.Groups = context.Groups;
            await ((LiveCursorHub)(Hub)hub).HandleLaterAsync(key, point);
        }
        catch (Exception e)
        {
            // SignalR would tell the caller, whose call has long ended.
            CursorLog.HandlingFailed(scope.ServiceProvider.GetRequiredService<ILogger<THub>>(), new LoggedException(e));
        }
        finally
        {
            activator.Release(hub);
        }
    }
}
