namespace Djust.Presence;

/// <summary>An exception of ours whose message holds no presence key, no user id, no meta and no secret, so that a log may have it.</summary>
internal interface ILoggableMessage;
