namespace Djust.Presence;

/// <summary>Writes to one connection.</summary>
internal interface IConnectionWriter
{
    /// <summary>Writes a message. The task is complete at once unless the connection is behind; it never fails because of the connection.</summary>
    /// <param name="message">The message.</param>
    ValueTask WriteAsync(RoomMessage message);
}
