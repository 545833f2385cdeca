namespace Djust.Presence.Backends;

/// <summary>What became of a request to a backend.</summary>
public enum PresenceOutcome
{
    /// <summary>It made a change, which is in <see cref="PresenceCommit.Change"/>.</summary>
    Changed,

    /// <summary>It was carried out, and nothing that observers see has changed.</summary>
    Unchanged,

    /// <summary>The entry or user that it names is not in the group; nothing was done.</summary>
    NotFound,

    /// <summary>The user has as many entries as allowed; nothing was done.</summary>
    TooManyConnections,

    /// <summary>The node that asks has no lease, so that its entry would be dead on arrival; nothing was done. Renew the lease, then try again.</summary>
    LeaseLost,
}
