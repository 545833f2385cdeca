using System.Collections.Immutable;

namespace Djust.Presence;

/// <summary>One user in one group: who they are, since when, and their connections. Immutable and safe for use by several threads.</summary>
public sealed class Presence
{
    private byte[]? _wire;

    /// <summary>Makes a presence; backends do, applications read.</summary>
    /// <param name="key">The presence key of the group.</param>
    /// <param name="id">The user's id.</param>
    /// <param name="joinedAt">When the user's first connection arrived, by the store's clock; whole milliseconds.</param>
    /// <param name="meta">The newest meta among the user's connections.</param>
    /// <param name="connections">The user's connections in ascending order of their refs; at least one.</param>
    public Presence(string key, string id, DateTimeOffset joinedAt, PresenceMeta meta, ImmutableArray<PresenceConnection> connections)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(id);
        ArgumentNullException.ThrowIfNull(meta);
        Key = key;
        Id = id;
        JoinedAt = joinedAt;
        Meta = meta;
        Connections = connections;
    }

    /// <summary>The presence key of the group that this user is in.</summary>
    public string Key { get; }

    /// <summary>The user's id: the authenticated id, or <c>anon_…</c> for a visitor.</summary>
    public string Id { get; }

    /// <summary>When the user's first connection arrived, by the store's clock; UTC, whole milliseconds.</summary>
    public DateTimeOffset JoinedAt { get; }

    /// <summary>What the application attached: the newest meta among the user's connections.</summary>
    public PresenceMeta Meta { get; }

    /// <summary>The user's connections, in ascending order of their refs.</summary>
    public ImmutableArray<PresenceConnection> Connections { get; }

    /// <summary>A field of <see cref="Meta"/> as text, or null: <c>presence["name"]</c>.</summary>
    /// <param name="field">The field's name; compared ordinally.</param>
    public string? this[string field] => Meta[field];

    /// <summary>Reads <see cref="Meta"/> into a type of the application's.</summary>
    /// <typeparam name="T">A type that System.Text.Json can read from a JSON object.</typeparam>
    /// <returns>A new instance.</returns>
    public T? GetMeta<T>() => Meta.Get<T>();

    /// <summary>The wire form in JSON, made once. Two threads may both make it; they make the same.</summary>
    internal ReadOnlyMemory<byte> WireJson => _wire ??= PresenceWire.Json(this);

    /// <summary>Whether clients would see any difference between the two.</summary>
    internal static bool LooksSame(Presence a, Presence b) =>
        ReferenceEquals(a, b) ||
        (a.JoinedAt == b.JoinedAt && a.Meta.Equals(b.Meta) && a.Connections.AsSpan().SequenceEqual(b.Connections.AsSpan()));
}
