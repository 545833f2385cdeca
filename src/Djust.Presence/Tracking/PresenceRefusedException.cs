namespace Djust.Presence;

/// <summary>A request that was understood and refused: over a limit, not allowed, at the wrong moment. The message is meant for the caller.</summary>
internal sealed class PresenceRefusedException(string message) : InvalidOperationException(message), ILoggableMessage;
