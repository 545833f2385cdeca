namespace Djust.Presence;

/// <summary>One committed change of a group. Changes of a group are numbered without holes by <see cref="Version"/> within an <see cref="Epoch"/>.</summary>
public sealed record PresenceChange
{
    /// <summary>The presence key of the group.</summary>
    public required string Key { get; init; }

    /// <summary>The life of the group's numbering; a new one starts when the store lost its memory or the group was empty.</summary>
    public required string Epoch { get; init; }

    /// <summary>The group's version after this change: one more than before it.</summary>
    public required long Version { get; init; }

    /// <summary>What happened.</summary>
    public required PresenceChangeKind Kind { get; init; }

    /// <summary>The user after the change; for a leave, the user as they were last.</summary>
    public required Presence Presence { get; init; }

    /// <summary>Why it happened.</summary>
    public PresenceChangeReason Reason { get; init; }

    /// <summary>The name of the hub through which the connection came that made the change, or null where no hub was involved.</summary>
    public string? Hub { get; init; }
}
