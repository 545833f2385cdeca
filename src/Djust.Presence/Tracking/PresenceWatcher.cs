namespace Djust.Presence;

/// <summary>
/// Keeps the changes of a group for one reader. Memory is bounded: a reader that falls behind, or whose feed was interrupted, gets what it
/// missed net, as the difference between the last snapshot that it knows and the newest.
/// </summary>
internal sealed class PresenceWatcher : IPresenceObserver, IDisposable
{
    public const int MaxPending = 1_024;

    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _signal = new(0, 1);
    private List<PresenceChange> _pending = [];
    private PresenceSnapshot _known = PresenceSnapshot.Empty(string.Empty);
    private PresenceSnapshot? _newest;

    public void Dispose() => _signal.Dispose();

    public void OnSnapshot(PresenceSnapshot snapshot)
    {
        lock (_gate)
        {
            _newest = snapshot;
            _pending = [];
        }

        Signal();
    }

    public void OnChange(PresenceChange change)
    {
        lock (_gate)
        {
            if (_newest is not null)
            {
                _newest = _newest.Apply(change);
            }
            else if (_pending.Count == MaxPending)
            {
                _newest = _pending.Aggregate(_known, (snapshot, earlier) => snapshot.Apply(earlier)).Apply(change);
                _pending = [];
            }
            else
            {
                _pending.Add(change);
            }
        }

        Signal();
    }

    public void OnMessage(PresenceMessage message)
    {
        // A watcher follows who is there, not what is said.
    }

    /// <summary>What has happened since the last call, once something has.</summary>
    public async Task<IReadOnlyList<PresenceChange>> NextAsync(CancellationToken cancellationToken)
    {
        await _signal.WaitAsync(cancellationToken);
        lock (_gate)
        {
            var before = _known;
            List<PresenceChange> changes;
            if (_newest is { } newest)
            {
                changes = Difference(before, newest);
                (_known, _newest) = (newest, null);
            }
            else
            {
                (changes, _pending) = (_pending, []);
                _known = changes.Aggregate(before, (snapshot, change) => snapshot.Apply(change));
            }

            return changes.FindAll(change => change.Kind != PresenceChangeKind.Connections);
        }
    }

    /// <summary>The steps from one snapshot to another, all at the version of the second: leaves first.</summary>
    private static List<PresenceChange> Difference(PresenceSnapshot before, PresenceSnapshot after)
    {
        var diff = PresenceDiff.Between(before.Presences, after.Presences);
        var old = before.Presences.ToDictionary(presence => presence.Id, StringComparer.Ordinal);
        return
        [
            .. diff.Leaves.Select(id => Change(PresenceChangeKind.Leave, old[id])),
            .. diff.Joins.Select(presence => Change(PresenceChangeKind.Join, presence)),
            .. diff.Updates.Where(presence => !presence.Meta.Equals(old[presence.Id].Meta)).Select(presence => Change(PresenceChangeKind.Update, presence)),
        ];

        PresenceChange Change(PresenceChangeKind kind, Presence presence) =>
            new() { Key = after.Key, Epoch = after.Epoch, Version = after.Version, Kind = kind, Presence = presence };
    }

    private void Signal()
    {
        lock (_gate)
        {
            if (_signal.CurrentCount == 0)
            {
                _signal.Release();
            }
        }
    }
}
