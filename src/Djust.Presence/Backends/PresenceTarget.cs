namespace Djust.Presence.Backends;

/// <summary>What an update or a leave is about: one entry, or all entries of a user.</summary>
public readonly record struct PresenceTarget
{
    private PresenceTarget(PresenceEntryId? entry, string? userId)
    {
        Entry = entry;
        UserId = userId;
    }

    /// <summary>The one entry, or null for a whole user.</summary>
    public PresenceEntryId? Entry { get; }

    /// <summary>The user, or null for one entry.</summary>
    public string? UserId { get; }

    /// <summary>One entry.</summary>
    /// <param name="entry">The entry.</param>
    /// <returns>The target.</returns>
    public static PresenceTarget Of(PresenceEntryId entry) => new(entry, null);

    /// <summary>Every entry of a user in the group.</summary>
    /// <param name="userId">The user's id.</param>
    /// <returns>The target.</returns>
    public static PresenceTarget Of(string userId) => new(null, userId);
}
