namespace Djust.Presence;

/// <summary>What a script answered to a request about a group.</summary>
/// <param name="Outcome">Its own word for what became of it.</param>
/// <param name="Ref">The entry's number, or 0.</param>
/// <param name="Held">Whether the entry is held.</param>
/// <param name="Told">The user as the request left them, and the change that it made, if any.</param>
internal sealed record GroupAnswer(string Outcome, int Ref, bool Held, GroupChange? Told)
{
    /// <summary>It was carried out.</summary>
    public bool IsDone => Outcome is "changed" or "same";

    /// <summary>The caller must look at the leases anew before the store can decide.</summary>
    public bool IsStale => Outcome == "stale";

    /// <summary>The numbering that the caller relied on is not the store's.</summary>
    public bool IsOtherEpoch => Outcome == "epoch";
}
