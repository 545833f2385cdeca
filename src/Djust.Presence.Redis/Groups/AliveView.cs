namespace Djust.Presence;

/// <summary>A group without entries that are no longer alive, and until when nothing can change that. Immutable.</summary>
/// <param name="Snapshot">The group.</param>
/// <param name="ValidUntil">When the next of its entries may end, as ms of this node's clock.</param>
/// <param name="Worsenings">Which readings of the leases it was made from.</param>
/// <param name="IsCertain">Whether nothing was left out: what looks dead may have been renewed since it was last heard of.</param>
internal sealed record AliveView(PresenceSnapshot Snapshot, long ValidUntil, int Worsenings, bool IsCertain)
{
    private const long Recheck = 1_000;

    public bool IsValid(NodeLeases leases) => NodeLeases.Now < ValidUntil && Worsenings == leases.Worsenings;

    public static AliveView Of(GroupState state, NodeLeases leases)
    {
        var (now, worsenings, table) = (NodeLeases.Now, leases.Worsenings, leases.Table);
        var until = long.MaxValue;
        var dead = false;
        var ends = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var owner in state.Owners.Where(owner => owner.Length > 0))
        {
            var end = leases.EndOf(owner);
            ends[owner] = end;
            dead |= end <= now;
            until = end > now ? Math.Min(until, end) : until;
        }

        if (state.Owners.Contains(string.Empty))
        {
            foreach (var entry in state.Users.SelectMany(user => user.Entries).Where(entry => entry.Owner.Length == 0))
            {
                var end = table.Local(entry.Deadline);
                dead |= end <= now;
                until = end > now ? Math.Min(until, end) : until;
            }
        }

        // What looks dead is looked at again soon, as long as nobody has swept it.
        until = dead ? Math.Min(until, now + Recheck) : until;
        var snapshot = dead ? state.Alive(entry => (entry.Owner.Length == 0 ? table.Local(entry.Deadline) : ends[entry.Owner]) > now) : state.Snapshot;
        return new AliveView(snapshot, until, worsenings, !dead);
    }
}
