using Microsoft.AspNetCore.SignalR;

namespace Djust.Presence;

/// <summary>Writes through the hub context: for hosts in which the connection itself cannot be reached.</summary>
internal sealed class HubContextWriter(IHubContext hub, string connectionId) : IConnectionWriter
{
    public async ValueTask WriteAsync(RoomMessage message) =>
        await hub.Clients.Client(connectionId).SendCoreAsync(message.Target, [message.Argument]);

    public object? Argument(RoomMessage message) => message.Argument;
}
