namespace Djust.Presence.EndToEnd.Tests.Cluster.Protocol;

/// <summary>Something that a client was told of a user.</summary>
/// <param name="Kind">What.</param>
/// <param name="UserId">Of whom.</param>
/// <param name="Name">The name that the user has now, or had last.</param>
/// <param name="At">When, as a timestamp of the machine.</param>
/// <param name="IsCatchingUp">Whether it is a difference between what was known when a connection ended and what the next one began with.</param>
internal sealed record UserEvent(EventKind Kind, string UserId, string Name, long At, bool IsCatchingUp);
