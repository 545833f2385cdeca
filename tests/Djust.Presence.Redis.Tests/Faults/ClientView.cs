using Djust.Presence.Backends;

namespace Djust.Presence.Redis.Tests.Faults;

/// <summary>
/// One group as a correct client sees it: a snapshot raises the real differences only, leaves first. What breaks the rules of a feed, or the
/// order join, update*, leave of a user, is noted.
/// </summary>
internal sealed class ClientView : IPresenceObserver
{
    private readonly Lock _gate = new();
    private readonly List<(PresenceChangeKind Kind, string User, string Why)> _events = [];
    private readonly List<string> _breaks = [];
    private PresenceSnapshot? _state;

    public PresenceSnapshot? State => Read(() => _state);

    /// <summary>What an application would have been told, in order.</summary>
    public IReadOnlyList<(PresenceChangeKind Kind, string User, string Why)> Events => Read(() => _events.ToArray());

    public IReadOnlyList<string> Breaks => Read(() => _breaks.ToArray());

    public int Count(PresenceChangeKind kind, string user) => Events.Count(seen => seen.Kind == kind && seen.User == user);

    public void OnSnapshot(PresenceSnapshot snapshot)
    {
        lock (_gate)
        {
            var before = _state?.Presences.ToDictionary(presence => presence.Id) ?? [];
            var why = $"snapshot {snapshot.Epoch}/{snapshot.Version}";
            foreach (var gone in before.Keys.Except(snapshot.Presences.Select(presence => presence.Id)))
            {
                _events.Add((PresenceChangeKind.Leave, gone, why));
            }

            foreach (var presence in snapshot.Presences)
            {
                if (!before.TryGetValue(presence.Id, out var was))
                {
                    _events.Add((PresenceChangeKind.Join, presence.Id, why));
                }
                else if (!was.Meta.Equals(presence.Meta))
                {
                    _events.Add((PresenceChangeKind.Update, presence.Id, why));
                }
            }

            _state = snapshot;
        }
    }

    public void OnChange(PresenceChange change)
    {
        lock (_gate)
        {
            if (_state is not { } state || change.Epoch != state.Epoch || change.Version != state.Version + 1)
            {
                _breaks.Add($"{change.Kind} of {change.Presence.Id} at {change.Epoch}/{change.Version} does not follow {_state?.Epoch}/{_state?.Version}");
                return;
            }

            var user = change.Presence.Id;
            var isThere = state.Presences.Any(presence => presence.Id == user);
            if (isThere == (change.Kind == PresenceChangeKind.Join))
            {
                _breaks.Add($"{change.Kind} of {user} at {change.Epoch}/{change.Version} ({change.Reason}), who was{(isThere ? string.Empty : " not")} there");
            }

            _events.Add((change.Kind, user, $"{change.Epoch}/{change.Version} {change.Reason}"));
            _state = state.Apply(change);
        }
    }

    public void OnMessage(PresenceMessage message)
    {
    }

    private T Read<T>(Func<T> read)
    {
        lock (_gate)
        {
            return read();
        }
    }
}
