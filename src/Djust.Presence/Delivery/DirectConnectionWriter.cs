using Microsoft.AspNetCore.SignalR;

namespace Djust.Presence;

/// <summary>
/// Writes straight to the connection's transport: no look-up, no backplane, one serialisation for all; what is for one only is copied once, from its
/// parts into the transport.
/// </summary>
internal sealed class DirectConnectionWriter(HubConnectionContext connection) : IConnectionWriter
{
    /// <summary>The name of the hub protocol that the client speaks.</summary>
    public string ProtocolName => connection.Protocol.Name;

    public ValueTask WriteAsync(RoomMessage message) => message.IsForOne
        ? connection.WriteAsync(message.Invocation(connection.Protocol), CancellationToken.None)
        : connection.WriteAsync(message.For(connection.Protocol), CancellationToken.None);

    public object? Argument(RoomMessage message) => message.ArgumentFor(connection.Protocol);
}
