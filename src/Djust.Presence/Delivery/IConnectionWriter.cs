namespace Djust.Presence;

/// <summary>Writes to one connection.</summary>
internal interface IConnectionWriter
{
    /// <summary>Writes a message. The task is complete at once unless the connection is behind; it never fails because of the connection.</summary>
    /// <param name="message">The message.</param>
    ValueTask WriteAsync(RoomMessage message);

    /// <summary>The argument of a message in a form that the connection's protocol writes without changing it; for answers, which SignalR writes.</summary>
    /// <param name="message">The message.</param>
    object? Argument(RoomMessage message);
}
