namespace Djust.Presence.EndToEnd.Tests.Cluster.Protocol;

/// <summary><c>PresenceState</c> of docs/protocol.md.</summary>
internal sealed record StateMessage(string Key, string Epoch, long Version, int Count, SelfItem? Self, IReadOnlyList<PresenceItem> Presences);
