using System.Diagnostics;

namespace Djust.Presence.EndToEnd.Tests.Cluster.Protocol;

/// <summary>
/// What a correct client knows of a group (docs/protocol.md), and what it tells its user. It is stricter than a client needs to be: whatever a
/// diff says that cannot be true of the version it starts from is noted. Not for several threads at once.
/// </summary>
internal sealed class PresenceView
{
    private readonly List<UserEvent> _events = [];
    private readonly List<Violation> _violations = [];
    private Dictionary<string, PresenceItem>? _users;
    private string? _epoch;
    private long _version;

    /// <summary>Whether what is known came over the connection that is up now.</summary>
    public bool IsFresh { get; private set; }

    public IReadOnlyDictionary<string, PresenceItem> Users => _users ?? [];

    public IReadOnlyList<UserEvent> Events => _events;

    /// <summary>Where the server broke its own contract.</summary>
    public IReadOnlyList<Violation> Violations => _violations;

    /// <summary>How many states had another epoch than the one before.</summary>
    public int EpochChanges { get; private set; }

    /// <summary>The connection is another one from now on: what is known stays, until a state says otherwise.</summary>
    public void Interrupt() => IsFresh = false;

    public void Apply(StateMessage state)
    {
        if (IsFresh && state.Epoch == _epoch && state.Version < _version)
        {
            // A late copy: within a connection and an epoch versions only rise.
            return;
        }

        Expect(state.Presences.Count == state.Count, $"a state of version {state.Version} has {state.Presences.Count} presences and a count of {state.Count}");
        var users = new Dictionary<string, PresenceItem>();
        foreach (var presence in state.Presences)
        {
            Expect(users.TryAdd(presence.Id, presence), $"{presence.Id} is twice in a state of version {state.Version}");
        }

        foreach (var owners in ByConnection(state.Presences).Where(owners => owners.Count() > 1))
        {
            Expect(false, $"connection {owners.Key} is twice in a state of version {state.Version}: {string.Join("; ", owners)}");
        }

        if (_users is { } before)
        {
            // Those who are found by the first state are present; they did not just join.
            EpochChanges += state.Epoch == _epoch ? 0 : 1;
            Tell(EventKind.Leave, before.Values.Where(user => !users.ContainsKey(user.Id)));
            Tell(EventKind.Join, users.Values.Where(user => !before.ContainsKey(user.Id)));
            Tell(EventKind.Update, users.Values.Where(user => before.TryGetValue(user.Id, out var known) && !known.HasMetaOf(user)));
        }

        (_users, _epoch, _version, IsFresh) = (users, state.Epoch, state.Version, true);
    }

    public DiffOutcome Apply(DiffMessage diff)
    {
        if (!IsFresh || diff.Epoch != _epoch)
        {
            return DiffOutcome.Gap;
        }

        if (diff.From != _version)
        {
            return diff.Version <= _version ? DiffOutcome.Stale : DiffOutcome.Gap;
        }

        Expect(diff.Version > diff.From, $"a diff leads from version {diff.From} to {diff.Version}");
        var named = diff.Leaves.Select(user => user.Id).Concat(diff.Joins.Concat(diff.Updates).Select(user => user.Id)).ToList();
        Expect(named.Distinct().Count() == named.Count, $"somebody is twice in the diff from version {diff.From}");
        foreach (var id in diff.Leaves.Select(user => user.Id))
        {
            Leave(id, diff);
        }

        foreach (var user in diff.Joins)
        {
            Join(user, diff);
        }

        foreach (var user in diff.Updates)
        {
            Update(user, diff);
        }

        _version = diff.Version;
        Expect(diff.Count == _users!.Count, $"after the diff from version {diff.From} there are {_users.Count} users, and its count is {diff.Count}");
        return DiffOutcome.Applied;
    }

    private static IEnumerable<IGrouping<long, PresenceItem>> ByConnection(IEnumerable<PresenceItem> users) =>
        users.SelectMany(user => user.Connections, (user, connection) => (connection.Ref, User: user)).GroupBy(pair => pair.Ref, pair => pair.User);

    private void Leave(string id, DiffMessage diff)
    {
        if (_users!.Remove(id, out var user))
        {
            Tell(EventKind.Leave, [user]);
        }
        else
        {
            Expect(false, $"{id} leaves with the diff from version {diff.From} without having been there");
        }
    }

    private void Join(PresenceItem user, DiffMessage diff)
    {
        Expect(user.Connections.Count > 0, $"{user.Id} joins without a connection with the diff from version {diff.From}");
        if (_users!.TryAdd(user.Id, user))
        {
            Tell(EventKind.Join, [user]);
        }
        else
        {
            Expect(false, $"{user.Id} joins with the diff from version {diff.From} and was there already");
            _users[user.Id] = user;
        }
    }

    private void Update(PresenceItem user, DiffMessage diff)
    {
        if (!_users!.TryGetValue(user.Id, out var known))
        {
            Expect(false, $"{user.Id} is updated by the diff from version {diff.From} without being there");
            return;
        }

        _users[user.Id] = user;
        if (!known.HasMetaOf(user))
        {
            Tell(EventKind.Update, [user]);
        }
    }

    private void Tell(EventKind kind, IEnumerable<PresenceItem> users) =>
        _events.AddRange(users.Select(user => new UserEvent(kind, user.Id, user.Name, Stopwatch.GetTimestamp(), !IsFresh)));

    private void Expect(bool condition, string violation)
    {
        if (!condition)
        {
            _violations.Add(new Violation(Stopwatch.GetTimestamp(), violation));
        }
    }
}
