using System.Text.Json;
using System.Text.Json.Serialization;

namespace Djust.Presence;

/// <summary>
/// The argument of a <c>PresenceState</c> for one receiver, written for the JSON protocol in pieces that it shares with others: a list of thousands is
/// neither copied for each of them, nor ever in one block that the collector keeps apart from short-lived memory.
/// </summary>
[JsonConverter(typeof(Converter))]
internal sealed class WireState(RoomView view, IReadOnlyList<byte[]> pieces, RoomSelf? self, Presence? own)
{
    /// <summary>Parts of the list: presences with commas between them.</summary>
    public IReadOnlyList<byte[]> Pieces { get; } = pieces;

    private void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("key"u8, view.Snapshot.Key);
        writer.WriteString("epoch"u8, view.Epoch);
        writer.WriteNumber("version"u8, view.Version);
        writer.WriteNumber("count"u8, view.Snapshot.Count);
        if (self is null)
        {
            writer.WriteNull("self"u8);
        }
        else
        {
            writer.WriteStartObject("self"u8);
            writer.WriteString("id"u8, self.UserId);
            writer.WriteNumber("ref"u8, self.Ref);
            writer.WriteEndObject();
        }

        writer.WriteStartArray("presences"u8);
        foreach (var piece in Pieces)
        {
            // Several values are no value for the writer: it only sets the comma before them.
            writer.WriteRawValue(piece, skipInputValidation: true);
        }

        if (own is not null)
        {
            writer.WriteRawValue(own.WireJson.Span, skipInputValidation: true);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private sealed class Converter : JsonConverter<WireState>
    {
        public override WireState Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new NotSupportedException("Servers send states, and read none.");

        public override void Write(Utf8JsonWriter writer, WireState value, JsonSerializerOptions options) => value.Write(writer);
    }
}
