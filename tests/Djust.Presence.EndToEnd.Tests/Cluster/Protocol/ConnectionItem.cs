namespace Djust.Presence.EndToEnd.Tests.Cluster.Protocol;

/// <summary>A tab of a user.</summary>
internal sealed record ConnectionItem(long Ref);
