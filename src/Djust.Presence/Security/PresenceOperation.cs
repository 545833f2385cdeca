namespace Djust.Presence;

/// <summary>What somebody wants to do with a group.</summary>
public enum PresenceOperation
{
    /// <summary>Be in it.</summary>
    Track,

    /// <summary>See it without being in it.</summary>
    Watch,
}
