namespace Djust.Presence;

/// <summary>
/// What the clients of a room have been told. Its version is that of the last change that they could see: changes that netted to nothing
/// are not sent, and the next diff starts where the last message ended.
/// </summary>
internal sealed class RoomView(PresenceSnapshot snapshot, string epoch, long version)
{
    private WeakReference<PresenceStateMessage>? _state;

    public PresenceSnapshot Snapshot { get; } = snapshot;

    public string Epoch { get; } = epoch;

    public long Version { get; } = version;

    public static RoomView Of(PresenceSnapshot snapshot) => new(snapshot, snapshot.Epoch, snapshot.Version);

    /// <summary>
    /// The state of this view, written once for all who ask for it at about the same time, and not kept for a room at rest. Two threads may
    /// both write it; they write the same.
    /// </summary>
    /// <param name="max">How many presences clients are shown; the same at each call.</param>
    public PresenceStateMessage State(int max)
    {
        if (_state?.TryGetTarget(out var known) == true)
        {
            return known;
        }

        var made = new PresenceStateMessage(this, max);
        _state = new WeakReference<PresenceStateMessage>(made);
        return made;
    }

    /// <summary>Whether a user of the group is beyond the presences that everybody is shown.</summary>
    /// <param name="presence">The user's record in <see cref="Snapshot"/>, or of the same stay.</param>
    /// <param name="max">How many presences clients are shown.</param>
    public bool LeavesOut(Presence presence, int max) =>
        Snapshot.Count > max && PresenceOrder.Instance.Compare(presence, Snapshot.Presences[max - 1]) > 0;

    /// <summary>The next view and what leads to it, for clients that are shown at most <paramref name="max"/> presences. Pure.</summary>
    /// <param name="reset">A snapshot that replaces this view's, where the feed was interrupted.</param>
    /// <param name="changes">What followed, in order.</param>
    /// <param name="max">How many presences clients are shown.</param>
    public (RoomView After, PresenceDiff Diff) Advance(PresenceSnapshot? reset, IReadOnlyList<PresenceChange> changes, int max)
    {
        var snapshot = reset ?? Snapshot;
        foreach (var change in changes)
        {
            snapshot = snapshot.Apply(change);
        }

        if (snapshot.Epoch != Epoch)
        {
            return (Of(snapshot), PresenceDiff.None);
        }

        if (ReferenceEquals(snapshot, Snapshot))
        {
            return (this, PresenceDiff.None);
        }

        var small = Snapshot.Count <= max && snapshot.Count <= max;
        var diff = small && reset is null
            ? PresenceDiff.Net(Snapshot, changes)
            : PresenceDiff.Between(Snapshot.Presences.Take(max), snapshot.Presences.Take(max));
        var visible = !diff.IsEmpty || Snapshot.Count != snapshot.Count;
        return (new RoomView(snapshot, Epoch, visible ? snapshot.Version : Version), diff);
    }
}
