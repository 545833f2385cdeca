namespace Djust.Presence.Redis.Tests.Faults;

/// <summary>The changes that all nodes were given for their callbacks: each must have been given once in the cluster.</summary>
internal sealed class CallbackLog
{
    private readonly Lock _gate = new();
    private readonly List<(string Node, PresenceChange Change)> _changes = [];

    public void Add(string node, PresenceChange? change)
    {
        if (change is { Kind: not PresenceChangeKind.Connections })
        {
            lock (_gate)
            {
                _changes.Add((node, change));
            }
        }
    }

    public int Count(PresenceChangeKind kind, string user) => Of(user).Count(given => given.Change.Kind == kind);

    /// <summary>
    /// What is wrong: users whose joins and leaves do not alternate, or do not end as the user is now. Updates are left out: a join whose answer
    /// was lost is told late, when another node has long since told of an update.
    /// </summary>
    public IEnumerable<string> Breaks(IReadOnlySet<string> present)
    {
        string[] users;
        lock (_gate)
        {
            users = [.. _changes.Select(given => given.Change.Presence.Id).Union(present)];
        }

        foreach (var user in users)
        {
            var (isThere, fits) = (false, true);
            var given = Of(user);
            foreach (var (_, change) in given.Where(call => call.Change.Kind != PresenceChangeKind.Update))
            {
                fits &= isThere != (change.Kind == PresenceChangeKind.Join);
                isThere = change.Kind != PresenceChangeKind.Leave;
            }

            if (!fits || isThere != present.Contains(user))
            {
                yield return $"callbacks of {user}, who is{(present.Contains(user) ? string.Empty : " not")} there: " +
                    string.Join(", ", given.Select(call => $"{call.Change.Kind} {call.Change.Epoch}/{call.Change.Version} {call.Change.Reason} on {call.Node}"));
            }
        }
    }

    /// <summary>
    /// What was given about a user, in the order in which it was committed: by version within an epoch. Nodes are given it at the same time, so
    /// the order in which it came says nothing.
    /// </summary>
    private (string Node, PresenceChange Change)[] Of(string user)
    {
        lock (_gate)
        {
            var epochs = _changes.Select(given => given.Change.Epoch).Distinct().ToList();
            return [.. _changes.Where(given => given.Change.Presence.Id == user).OrderBy(given => epochs.IndexOf(given.Change.Epoch)).ThenBy(given => given.Change.Version)];
        }
    }
}
