using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Djust.Presence;

/// <summary>A JSON value that is already written, perhaps in several places: the JSON hub protocol copies its bytes.</summary>
[JsonConverter(typeof(Converter))]
internal sealed class RawJson(ReadOnlySequence<byte> utf8)
{
    private sealed class Converter : JsonConverter<RawJson>
    {
        public override RawJson Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            using var document = JsonDocument.ParseValue(ref reader);
            return new RawJson(new ReadOnlySequence<byte>(JsonSerializer.SerializeToUtf8Bytes(document.RootElement)));
        }

        public override void Write(Utf8JsonWriter writer, RawJson value, JsonSerializerOptions options) =>
            writer.WriteRawValue(value.Utf8, skipInputValidation: true);
    }

    public ReadOnlySequence<byte> Utf8 { get; } = utf8;
}
