namespace Djust.Presence;

/// <summary>What somebody wants to do with a group.</summary>
public enum PresenceOperation
{
    /// <summary>Be in it.</summary>
    Track,

    /// <summary>See it without being in it.</summary>
    Watch,

    /// <summary>Show one's pointer in it. Asked after <see cref="Track"/>, for hubs that have cursors; who may not still sees those of others.</summary>
    Cursor,
}
