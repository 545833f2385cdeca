using Djust.Presence.Backends;

namespace Djust.Presence.Redis.Tests.Groups;

/// <summary>Follows a feed as a client does, and notes every break of its rules.</summary>
internal sealed class StrictObserver : IPresenceObserver
{
    private readonly HashSet<string> _present = new(StringComparer.Ordinal);

    /// <summary>The last snapshot with all changes since applied.</summary>
    public PresenceSnapshot? State { get; private set; }

    public List<string> Breaks { get; } = [];

    /// <summary>Who came and went as a client sees it: by changes, and by the differences between snapshots.</summary>
    public List<(string User, bool Came)> Moves { get; } = [];

    public int Snapshots { get; private set; }

    public List<PresenceChange> Changes { get; } = [];

    public void OnSnapshot(PresenceSnapshot snapshot)
    {
        var now = snapshot.Presences.Select(presence => presence.Id).ToHashSet(StringComparer.Ordinal);
        Moves.AddRange(_present.Except(now).Select(user => (user, false)));
        Moves.AddRange(now.Except(_present).Select(user => (user, true)));
        _present.Clear();
        _present.UnionWith(now);
        State = snapshot;
        Snapshots++;
    }

    public void OnChange(PresenceChange change)
    {
        Changes.Add(change);
        if (State is null)
        {
            Breaks.Add($"{change.Kind} came before any snapshot");
            return;
        }

        if (change.Epoch != State.Epoch || change.Version != State.Version + 1)
        {
            Breaks.Add($"{change.Kind} at {change.Epoch}/{change.Version} does not follow {State.Epoch}/{State.Version}");
        }

        var user = change.Presence.Id;
        var fits = change.Kind switch
        {
            PresenceChangeKind.Join => _present.Add(user),
            PresenceChangeKind.Leave => _present.Remove(user),
            _ => _present.Contains(user),
        };
        if (!fits)
        {
            Breaks.Add($"{change.Kind} of {user} does not follow what came before");
        }

        if (change.Kind is PresenceChangeKind.Join or PresenceChangeKind.Leave)
        {
            Moves.Add((user, change.Kind == PresenceChangeKind.Join));
        }

        State = State.Apply(change);
    }

    public void OnMessage(PresenceMessage message) => Breaks.Add("an event came that nobody sent");
}
