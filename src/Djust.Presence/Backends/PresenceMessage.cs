namespace Djust.Presence.Backends;

/// <summary>An application's event on its way to every connection of a group.</summary>
/// <param name="Event">The event's name; empty for what nodes tell each other, which no client gets.</param>
/// <param name="Payload">The payload as JSON in UTF-8.</param>
public sealed record PresenceMessage(string Event, ReadOnlyMemory<byte> Payload)
{
    internal bool IsOfNodes => Event.Length == 0;
}
