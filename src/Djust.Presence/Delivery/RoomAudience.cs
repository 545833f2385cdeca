namespace Djust.Presence;

/// <summary>One audience of a room, and what it has been told: a view of its own, in which a change that it cannot see is none.</summary>
internal sealed class RoomAudience(PresenceAudience audience)
{
    private RoomView? _view;

    public PresenceAudience Audience { get; } = audience;

    /// <summary>How many members it has; guarded by the room.</summary>
    public int Members { get; set; }

    /// <summary>The step from what the audience was told to what it is told now. Called by one flush at a time, and for each flush.</summary>
    /// <param name="whole">The flush of the whole group.</param>
    /// <param name="reset">A snapshot that replaces what was known, where the feed was interrupted.</param>
    /// <param name="changes">What followed.</param>
    /// <param name="maxPresences">How many presences clients are shown.</param>
    public RoomFlush Advance(RoomFlush whole, PresenceSnapshot? reset, IReadOnlyList<PresenceChange> changes, int maxPresences)
    {
        var before = _view;
        var (after, diff) = before is null
            ? (Show(whole.After), PresenceDiff.None)
            : before.Advance(reset is null ? null : Audience.Show(reset), [.. changes.Select(Show)], maxPresences);
        Volatile.Write(ref _view, after);
        return new RoomFlush(before ?? after, after, diff, whole.Events, maxPresences, this);
    }

    /// <summary>The view for a member that asks for its state: the one that its next diff starts from, if it is in that.</summary>
    /// <param name="member">The member.</param>
    /// <param name="whole">The view of the whole group that it would get.</param>
    public RoomView StateFor(RoomMember member, RoomView whole) =>
        Volatile.Read(ref _view) is { } told && told.Epoch == whole.Epoch && member.IsShownIn(told) ? told : Show(whole);

    private RoomView Show(RoomView whole) => RoomView.Of(Audience.Show(whole.Snapshot));

    /// <summary>Of those who leave only their ids are told.</summary>
    private PresenceChange Show(PresenceChange change) =>
        change.Kind == PresenceChangeKind.Leave ? change : change with { Presence = Audience.Show(change.Presence) };
}
