namespace Djust.Presence.Backends;

/// <summary>What one request to a backend did, as one step.</summary>
/// <param name="Outcome">What became of it.</param>
public sealed record PresenceCommit(PresenceOutcome Outcome)
{
    /// <summary>The change that it made. Only the caller that made a change gets it here, once, whatever the number of nodes.</summary>
    public PresenceChange? Change { get; init; }

    /// <summary>The user after the request (for a leave: as they were last), or null where there is none.</summary>
    public Presence? Presence { get; init; }

    /// <summary>The ref of the entry that the request was about; 0 where there is none.</summary>
    public int Ref { get; init; }

    /// <summary>The epoch of the group at this commit.</summary>
    public string Epoch { get; init; } = string.Empty;

    /// <summary>The version of the group at this commit: a snapshot of this version or later shows what it did.</summary>
    public long Version { get; init; }

    /// <summary>Whether a hold left the entry in place until it is taken over by the same user or removed with a leave.</summary>
    public bool Held { get; init; }
}
