namespace Djust.Presence.Backends;

/// <summary>A request to put an entry into a group, or to change the entry's meta if it is there already.</summary>
public sealed record PresenceJoin
{
    /// <summary>The presence key of the group.</summary>
    public required string Key { get; init; }

    /// <summary>The entry.</summary>
    public required PresenceEntryId Entry { get; init; }

    /// <summary>The user that the entry belongs to.</summary>
    public required string UserId { get; init; }

    /// <summary>What the application attached.</summary>
    public required PresenceMeta Meta { get; init; }

    /// <summary>
    /// Whether <see cref="Meta"/> is only for an entry that is not there: a connection that is asserted anew must not undo what somebody
    /// else has set on its entry since.
    /// </summary>
    public bool KeepMeta { get; init; }

    /// <summary>The name of the hub that the connection came through, or null; it is given back with the changes that this entry makes.</summary>
    public string? Hub { get; init; }

    /// <summary>How long the entry lives without a heartbeat, for an entry without a node; null for one that lives as long as its node's lease.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>How many entries one user may have in the group; a further one is refused.</summary>
    public int MaxConnectionsPerUser { get; init; } = PresenceOptions.DefaultMaxConnectionsPerUser;
}
