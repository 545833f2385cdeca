namespace Djust.Presence;

/// <summary>An argument that breaks a rule of ours, with a message that is meant for whoever gave it, a client too. Other exceptions may say what is not for clients.</summary>
internal sealed class PresenceArgumentException(string message, Exception? inner = null) : ArgumentException(message, inner), ILoggableMessage;
