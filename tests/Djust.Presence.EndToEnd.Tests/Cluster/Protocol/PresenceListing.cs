namespace Djust.Presence.EndToEnd.Tests.Cluster.Protocol;

/// <summary>What <c>GET /api/presence/{key}</c> answers.</summary>
internal sealed record PresenceListing(int Count, IReadOnlyList<PresenceItem> Presences);
