namespace Djust.Presence;

/// <summary>The order of every list of presences: who joined first, then by id (ordinal).</summary>
internal sealed class PresenceOrder : IComparer<Presence>
{
    public static readonly PresenceOrder Instance = new();

    public int Compare(Presence? x, Presence? y)
    {
        var byTime = x!.JoinedAt.UtcTicks.CompareTo(y!.JoinedAt.UtcTicks);
        return byTime != 0 ? byTime : string.CompareOrdinal(x.Id, y.Id);
    }
}
