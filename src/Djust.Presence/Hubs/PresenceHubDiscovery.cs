using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.SignalR;

namespace Djust.Presence;

/// <summary>
/// Finds the mapped presence hubs when the host has started, for hosts in which our lifetime manager is not the one that is used: callbacks
/// for connections of other nodes need the hubs before their first connection here.
/// </summary>
internal sealed class PresenceHubDiscovery(PresenceHubRegistry hubs, IServiceProvider services) : IHostedLifecycleService
{
    public Task StartedAsync(CancellationToken cancellationToken)
    {
        foreach (var endpoint in services.GetService<EndpointDataSource>()?.Endpoints ?? [])
        {
            if (endpoint.Metadata.GetMetadata<HubMetadata>() is { } hub && PresenceHubDescriptor.IsPresenceHub(hub.HubType))
            {
                hubs.Get(hub.HubType);
            }
        }

        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
