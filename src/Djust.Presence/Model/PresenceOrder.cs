namespace Djust.Presence;

/// <summary>The order of every list of presences: who joined first, then by id (ordinal).</summary>
internal sealed class PresenceOrder : IComparer<Presence>
{
    public static readonly PresenceOrder Instance = new();

    /// <summary>Sorts presences as their list is: by numbers first, which is several times faster than comparing them, then those that joined at once.</summary>
    public static void Sort(Presence[] presences)
    {
        var moments = Array.ConvertAll(presences, presence => presence.JoinedAt.UtcTicks);
        Array.Sort(moments, presences);
        for (var from = 0; from < moments.Length;)
        {
            var to = from + 1;
            while (to < moments.Length && moments[to] == moments[from])
            {
                to++;
            }

            Array.Sort(presences, from, to - from, Instance);
            from = to;
        }
    }

    public int Compare(Presence? x, Presence? y)
    {
        var byTime = x!.JoinedAt.UtcTicks.CompareTo(y!.JoinedAt.UtcTicks);
        return byTime != 0 ? byTime : string.CompareOrdinal(x.Id, y.Id);
    }
}
