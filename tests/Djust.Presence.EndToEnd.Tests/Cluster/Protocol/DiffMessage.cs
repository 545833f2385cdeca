namespace Djust.Presence.EndToEnd.Tests.Cluster.Protocol;

/// <summary><c>PresenceDiff</c> of docs/protocol.md.</summary>
internal sealed record DiffMessage(
    string Key,
    string Epoch,
    long From,
    long Version,
    int Count,
    IReadOnlyList<LeaveItem> Leaves,
    IReadOnlyList<PresenceItem> Joins,
    IReadOnlyList<PresenceItem> Updates);
