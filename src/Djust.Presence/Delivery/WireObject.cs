using System.Text.Json;
using System.Text.Json.Serialization;

namespace Djust.Presence;

/// <summary>An object on the wire: a dictionary for any serializer, and for System.Text.Json one whose names and numbers no option changes.</summary>
[JsonConverter(typeof(Converter))]
internal sealed class WireObject() : Dictionary<string, object?>(StringComparer.Ordinal)
{
    private sealed class Converter : JsonConverter<WireObject>
    {
        public override WireObject Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            using var document = JsonDocument.ParseValue(ref reader);
            return (WireObject)WireTree.From(JsonSerializer.SerializeToUtf8Bytes(document.RootElement))!;
        }

        public override void Write(Utf8JsonWriter writer, WireObject value, JsonSerializerOptions options)
        {
            writer.WriteStartObject();
            foreach (var (name, field) in value)
            {
                writer.WritePropertyName(name);
                WireTree.Write(writer, field);
            }

            writer.WriteEndObject();
        }
    }
}
