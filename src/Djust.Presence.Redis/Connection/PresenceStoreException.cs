namespace Djust.Presence;

/// <summary>Redis did not answer, or not in a way that a request can be made of. Never leaves the backend.</summary>
internal sealed class PresenceStoreException(string message, Exception? inner = null) : Exception(message, inner), ILoggableMessage;
