using Microsoft.AspNetCore.SignalR;

namespace Djust.Presence;

/// <summary>The open generic lifetime manager that was registered before ours.</summary>
internal sealed class InnerLifetimeManager(Type openType)
{
    public HubLifetimeManager<THub> Create<THub>(IServiceProvider services)
        where THub : Hub =>
        (HubLifetimeManager<THub>)ActivatorUtilities.CreateInstance(services, openType.MakeGenericType(typeof(THub)));
}
