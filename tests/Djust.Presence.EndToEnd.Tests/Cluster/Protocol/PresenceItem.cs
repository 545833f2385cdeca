using System.Text.Json;

namespace Djust.Presence.EndToEnd.Tests.Cluster.Protocol;

/// <summary>A user, as states, diffs and the list over HTTP have one.</summary>
internal sealed record PresenceItem(string Id, DateTimeOffset JoinedAt, JsonElement Meta, IReadOnlyList<ConnectionItem> Connections)
{
    public string Name => Meta.GetProperty("name").GetString()!;

    private IEnumerable<long> Refs => Connections.Select(connection => connection.Ref).Order();

    public bool HasMetaOf(PresenceItem other) => JsonElement.DeepEquals(Meta, other.Meta);

    public bool HasConnectionsOf(PresenceItem other) => Refs.SequenceEqual(other.Refs);

    public override string ToString() => $"{Name} ({Id}) since {JoinedAt:HH:mm:ss.fff}, connections {string.Join(' ', Refs)}";
}
