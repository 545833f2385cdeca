namespace Djust.Presence;

/// <summary>
/// The <c>PresenceState</c> of one view of a room: its list is written once, so that many who join at the same moment share it; each is told
/// besides who they are.
/// </summary>
internal sealed class PresenceStateMessage
{
    private readonly RoomView _view;
    private readonly IReadOnlyCollection<Presence> _presences;
    private readonly List<byte[]> _pieces;
    private readonly Lazy<object?[]> _tree;

    public PresenceStateMessage(RoomView view, int maxPresences)
    {
        _view = view;
        _presences = view.Snapshot.Count > maxPresences ? [.. view.Snapshot.Presences.Take(maxPresences)] : view.Snapshot.Presences;
        _pieces = PresenceWire.Pieces(_presences);
        _tree = new(() => [.. _presences.Select(presence => WireTree.From(presence.WireJson))]);
    }

    /// <summary>The message for one receiver.</summary>
    /// <param name="self">Who the receiver is in the group, or null for a watcher.</param>
    /// <param name="own">The receiver's own presence where it is beyond what others are shown: it is added at its place, the end.</param>
    public RoomMessage For(RoomSelf? self, Presence? own) =>
        RoomMessage.ForOne(PresenceWire.StateTarget, new WireState(_view, _pieces, self, own), () => Tree(self, own));

    private WireObject Tree(RoomSelf? self, Presence? own) => new()
    {
        ["key"] = _view.Snapshot.Key,
        ["epoch"] = _view.Epoch,
        ["version"] = _view.Version,
        ["count"] = (long)_view.Snapshot.Count,
        ["self"] = self is null ? null : new WireObject { ["id"] = self.UserId, ["ref"] = (long)self.Ref },
        ["presences"] = own is null ? _tree.Value : [.. _tree.Value, WireTree.From(own.WireJson)],
    };
}
