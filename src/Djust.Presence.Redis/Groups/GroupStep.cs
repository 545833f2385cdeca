namespace Djust.Presence;

/// <summary>What became of a message that was given to a <see cref="GroupState"/>.</summary>
internal enum GroupStep
{
    /// <summary>It followed, and is in.</summary>
    Applied,

    /// <summary>It followed the end of a numbering whose group was empty: a new one has begun.</summary>
    AppliedAnew,

    /// <summary>It is in already.</summary>
    Known,

    /// <summary>Something is missing before it: only a snapshot helps.</summary>
    Hole,
}
