namespace Djust.Presence.EndToEnd.Tests.Cluster.Protocol;

/// <summary>Who the receiver of a state is.</summary>
internal sealed record SelfItem(string Id, long Ref);
