namespace Djust.Presence.EndToEnd.Tests.Cluster.Protocol;

/// <summary>Who leaves, in a diff.</summary>
internal sealed record LeaveItem(string Id);
