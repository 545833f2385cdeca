using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Djust.Presence;

/// <summary>The JSON of what clients get (docs/protocol.md), written by hand: no option of the application's serializer can change the contract.</summary>
internal static class PresenceWire
{
    public const string StateTarget = "PresenceState";
    public const string DiffTarget = "PresenceDiff";
    public const string EventTarget = "PresenceEvent";

    /// <summary>About how many bytes a transport is given at once.</summary>
    private const int PieceSize = 16_384;

    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    public static byte[] Json(Presence presence) => Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("id"u8, presence.Id);
        writer.WriteString("joinedAt"u8, presence.JoinedAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
        writer.WritePropertyName("meta"u8);
        writer.WriteRawValue(presence.Meta.Utf8Json.Span, skipInputValidation: true);
        writer.WriteStartArray("connections"u8);
        foreach (var connection in presence.Connections)
        {
            writer.WriteStartObject();
            writer.WriteNumber("ref"u8, connection.Ref);
            if (connection.Meta is { } meta)
            {
                writer.WritePropertyName("meta"u8);
                writer.WriteRawValue(meta.Utf8Json.Span, skipInputValidation: true);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    });

    public static byte[] Diff(RoomView before, RoomView after, PresenceDiff diff) => Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("key"u8, after.Snapshot.Key);
        writer.WriteString("epoch"u8, after.Epoch);
        writer.WriteNumber("from"u8, before.Version);
        writer.WriteNumber("version"u8, after.Version);
        writer.WriteNumber("count"u8, after.Snapshot.Count);
        writer.WriteStartArray("leaves"u8);
        foreach (var id in diff.Leaves)
        {
            writer.WriteStartObject();
            writer.WriteString("id"u8, id);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        Presences(writer, "joins"u8, diff.Joins);
        Presences(writer, "updates"u8, diff.Updates);
        writer.WriteEndObject();
    });

    public static byte[] Event(string key, PresenceMessage message) => Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("key"u8, key);
        writer.WriteString("event"u8, message.Event);
        writer.WritePropertyName("payload"u8);
        writer.WriteRawValue(message.Payload.Span, skipInputValidation: true);
        writer.WriteEndObject();
    });

    /// <summary>A list of presences as parts of a JSON array, of a size that suits transports: each is one or more presences with commas between them.</summary>
    public static List<byte[]> Pieces(IEnumerable<Presence> presences)
    {
        var (pieces, piece) = (new List<byte[]>(), new ArrayBufferWriter<byte>(PieceSize));
        foreach (var presence in presences)
        {
            if (piece.WrittenCount > 0 && piece.WrittenCount + presence.WireJson.Length >= PieceSize)
            {
                pieces.Add(piece.WrittenSpan.ToArray());
                piece.ResetWrittenCount();
            }

            if (piece.WrittenCount > 0)
            {
                piece.Write(","u8);
            }

            piece.Write(presence.WireJson.Span);
        }

        if (piece.WrittenCount > 0)
        {
            pieces.Add(piece.WrittenSpan.ToArray());
        }

        return pieces;
    }

    public static byte[] Write(Action<Utf8JsonWriter> content)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(buffer, WriterOptions))
        {
            content(writer);
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void Presences(Utf8JsonWriter writer, ReadOnlySpan<byte> name, IEnumerable<Presence> presences)
    {
        writer.WriteStartArray(name);
        foreach (var presence in presences)
        {
            writer.WriteRawValue(presence.WireJson.Span, skipInputValidation: true);
        }

        writer.WriteEndArray();
    }
}
