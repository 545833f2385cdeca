using System.Text.Json;

namespace Djust.Presence;

/// <summary>
/// The <c>PresenceState</c> of one view of a room: written once, but for the few bytes that say who the receiver is, so that many who join
/// at the same moment share one list.
/// </summary>
internal sealed class PresenceStateMessage
{
    private static readonly byte[] List = [.. ",\"presences\":"u8];
    private static readonly byte[] Comma = [(byte)','];
    private static readonly byte[] EndOfList = [.. "]}"u8];
    private static readonly byte[] Nobody = [.. "null"u8];

    private readonly byte[] _head;

    /// <summary>The array without its closing bracket: a receiver's own presence may follow.</summary>
    private readonly ReadOnlyMemory<byte> _presences;
    private readonly Lazy<(WireObject Head, object?[] Presences)> _trees;

    public PresenceStateMessage(RoomView view, int maxPresences)
    {
        var presences = PresenceWire.List(view.Snapshot.Count > maxPresences ? [.. view.Snapshot.Presences.Take(maxPresences)] : view.Snapshot.Presences);
        _presences = presences.AsMemory(0, presences.Length - 1);
        _head = PresenceWire.Write(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("key"u8, view.Snapshot.Key);
            writer.WriteString("epoch"u8, view.Epoch);
            writer.WriteNumber("version"u8, view.Version);
            writer.WriteNumber("count"u8, view.Snapshot.Count);
            writer.WritePropertyName("self"u8);
        });
        _trees = new(() => ((WireObject)WireTree.From(JoinedBytes.Of(_head, Nobody, "}"u8.ToArray()))!, (object?[])WireTree.From(presences)!));
    }

    /// <summary>The message for one receiver.</summary>
    /// <param name="self">Who the receiver is in the group, or null for a watcher.</param>
    /// <param name="own">The receiver's own presence where it is beyond what others are shown: it is added at its place, the end.</param>
    public RoomMessage For(RoomSelf? self, Presence? own)
    {
        var who = self is null ? Nobody : PresenceWire.Write(writer => Self(writer, self));
        var json = own is null
            ? JoinedBytes.Of(_head, who, List, _presences, EndOfList)
            : JoinedBytes.Of(_head, who, List, _presences, Comma, own.WireJson, EndOfList);
        return RoomMessage.ForOne(PresenceWire.StateTarget, json, () => Tree(who, own));
    }

    private static void Self(Utf8JsonWriter writer, RoomSelf self)
    {
        writer.WriteStartObject();
        writer.WriteString("id"u8, self.UserId);
        writer.WriteNumber("ref"u8, self.Ref);
        writer.WriteEndObject();
    }

    private WireObject Tree(byte[] who, Presence? own)
    {
        var (head, presences) = _trees.Value;
        var state = new WireObject();
        foreach (var (name, value) in head)
        {
            state[name] = value;
        }

        state["self"] = WireTree.From(who);
        state["presences"] = own is null ? presences : [.. presences, WireTree.From(own.WireJson)];
        return state;
    }
}
