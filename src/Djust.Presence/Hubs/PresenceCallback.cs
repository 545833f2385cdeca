using Microsoft.AspNetCore.SignalR;

namespace Djust.Presence;

/// <summary>Runs one callback on a hub of its own, in a scope of its own, as SignalR does for a call.</summary>
internal static class PresenceCallback
{
    public static async Task InvokeAsync<THub>(IServiceProvider services, PresenceChange change)
        where THub : Hub
    {
        await using var scope = services.GetRequiredService<IServiceScopeFactory>().CreateAsyncScope();
        var activator = scope.ServiceProvider.GetRequiredService<IHubActivator<THub>>();
        var context = (IHubContext)scope.ServiceProvider.GetRequiredService<IHubContext<THub>>();
        var hub = activator.Create();
        try
        {
            var session = new PresenceSession(scope.ServiceProvider.GetRequiredService<PresenceServices>(), null, change.Key);
            hub.Context = new DetachedHubContext(session, change.Presence.Id);
            hub.Clients = new DetachedHubClients(context.Clients);
            hub.Groups = context.Groups;
            var mixin = (IPresenceMixin)hub;
            await (change.Kind switch
            {
                PresenceChangeKind.Join => mixin.OnPresenceJoinAsync(change.Presence),
                PresenceChangeKind.Update => mixin.OnPresenceUpdateAsync(change.Presence),
                PresenceChangeKind.Leave => mixin.OnPresenceLeaveAsync(change.Presence),
                _ => Task.CompletedTask,
            });
        }
        finally
        {
            activator.Release(hub);
        }
    }
}
