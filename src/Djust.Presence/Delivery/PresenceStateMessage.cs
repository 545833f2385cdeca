using System.Text.Json;

namespace Djust.Presence;

/// <summary>
/// The <c>PresenceState</c> of one view of a room: written once, but for the few bytes that say who the receiver is, so that many who join
/// at the same moment cost one copy each.
/// </summary>
internal sealed class PresenceStateMessage
{
    private readonly byte[] _head;
    private readonly byte[] _presences;

    public PresenceStateMessage(RoomView view, int maxPresences)
    {
        _presences = PresenceWire.List(view.Snapshot.Presences.Take(maxPresences));
        _head = PresenceWire.Write(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("key"u8, view.Snapshot.Key);
            writer.WriteString("epoch"u8, view.Epoch);
            writer.WriteNumber("version"u8, view.Version);
            writer.WriteNumber("count"u8, view.Snapshot.Count);
            writer.WritePropertyName("self"u8);
        });
    }

    /// <summary>The message for one receiver.</summary>
    /// <param name="self">Who the receiver is in the group, or null for a watcher.</param>
    /// <param name="own">The receiver's own presence where it is beyond what others are shown: it is added at its place, the end.</param>
    public RoomMessage For(RoomSelf? self, Presence? own)
    {
        var who = self is null ? "null"u8.ToArray() : PresenceWire.Write(writer => Self(writer, self));
        var presences = own is not null
            ? [.. _presences.AsSpan(0, _presences.Length - 1), (byte)',', .. own.WireJson.Span, (byte)']']
            : _presences;
        return new RoomMessage(PresenceWire.StateTarget, (byte[])[.. _head, .. who, .. ",\"presences\":"u8, .. presences, (byte)'}']);
    }

    private static void Self(Utf8JsonWriter writer, RoomSelf self)
    {
        writer.WriteStartObject();
        writer.WriteString("id"u8, self.UserId);
        writer.WriteNumber("ref"u8, self.Ref);
        writer.WriteEndObject();
    }
}
