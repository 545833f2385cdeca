namespace Djust.Presence.EndToEnd.Tests.Cluster.Protocol;

/// <summary>What can happen to a user.</summary>
internal enum EventKind
{
    Join,
    Update,
    Leave,
}
