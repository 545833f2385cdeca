namespace Djust.Presence;

/// <summary>Why a change happened.</summary>
public enum PresenceChangeReason
{
    /// <summary>Somebody asked for it: track, update, untrack.</summary>
    Requested,

    /// <summary>A connection ended and did not come back within <see cref="PresenceOptions.LeaveGracePeriod"/>.</summary>
    Disconnected,

    /// <summary>No heartbeat came for <see cref="PresenceOptions.PresenceTimeout"/>.</summary>
    Expired,

    /// <summary>The node that held the connection died or stopped.</summary>
    NodeLost,

    /// <summary>The application removed the user with <see cref="IPresenceManager.LeavePresenceAsync"/>.</summary>
    Removed,
}
