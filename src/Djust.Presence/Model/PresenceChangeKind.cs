namespace Djust.Presence;

/// <summary>What a change did to a user in a group.</summary>
public enum PresenceChangeKind
{
    /// <summary>The user's first connection arrived.</summary>
    Join,

    /// <summary>The user's meta changed.</summary>
    Update,

    /// <summary>The user's last connection has gone.</summary>
    Leave,

    /// <summary>A further connection of the user arrived, or one of several has gone; nothing that observers are told as an event.</summary>
    Connections,
}
