namespace Djust.Presence;

/// <summary>One flush of a room: the step from one view to the next, with each message made at most once and only when a member needs it.</summary>
internal sealed class RoomFlush(RoomView before, RoomView after, PresenceDiff diff, IReadOnlyList<RoomMessage> events, int maxPresences)
{
    private RoomMessage? _diff;
    private PresenceStateMessage? _state;

    public RoomView Before { get; } = before;

    public RoomView After { get; } = after;

    public IReadOnlyList<RoomMessage> Events { get; } = events;

    /// <summary>Whether one diff leads from the view before to the view after; otherwise a fresh state does.</summary>
    public bool HasDiff => Before.Epoch == After.Epoch;

    public bool IsStep => HasDiff && Before.Version != After.Version;

    public RoomMessage Diff => _diff ??= new RoomMessage(PresenceWire.DiffTarget, PresenceWire.Diff(Before, After, diff));

    public RoomMessage State(RoomSelf? self) => (_state ??= new PresenceStateMessage(After, maxPresences)).For(self);
}
