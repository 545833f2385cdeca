namespace Djust.Presence;

/// <summary>One flush of a room: the step from one view to the next, with each message made at most once and only when a member needs it.</summary>
internal sealed class RoomFlush(
    RoomView before,
    RoomView after,
    PresenceDiff diff,
    IReadOnlyList<RoomMessage> events,
    int maxPresences,
    RoomAudience? audience = null)
{
    private readonly Dictionary<long, RoomMessage> _diffs = [];

    /// <summary>Whose views they are; null where everybody sees all.</summary>
    public RoomAudience? Audience { get; } = audience;

    public RoomView After { get; } = after;

    public IReadOnlyList<RoomMessage> Events { get; } = events;

    /// <summary>The state for one receiver, whose own presence is in it even where it is beyond what others are shown.</summary>
    public RoomMessage StateFor(RoomSelf? self, Presence? own) =>
        After.State(maxPresences).For(self, own is not null && After.LeavesOut(own, maxPresences) ? own : null);

    /// <summary>Whether a receiver's own presence is, or was, beyond what everybody is shown and has changed: no common diff tells it so.</summary>
    public bool IsBeyondDiff(Presence own, RoomView told)
    {
        var (was, isNow) = (told.LeavesOut(own, maxPresences), After.LeavesOut(own, maxPresences));
        return was != isNow || (isNow && !(told.Snapshot.SameStay(own) is { } known && Presence.LooksSame(known, own)));
    }

    /// <summary>
    /// One diff that leads to the view after the flush from a view of the same epoch: that before the flush, or an older one where a member
    /// was passed over since. The latter is made from the two lists; it is net, so it is smaller than a fresh state where little has changed.
    /// </summary>
    public RoomMessage DiffFrom(RoomView told)
    {
        if (!_diffs.TryGetValue(told.Version, out var message))
        {
            var step = told.Version == before.Version
                ? diff
                : PresenceDiff.Between(told.Snapshot.Presences.Take(maxPresences), After.Snapshot.Presences.Take(maxPresences));
            _diffs.Add(told.Version, message = new RoomMessage(PresenceWire.DiffTarget, PresenceWire.Diff(told, After, step)));
        }

        return message;
    }
}
