using System.Buffers;
using System.Text.Json;

namespace Djust.Presence;

/// <summary>JSON as dictionaries, lists and primitive values: what every hub protocol can write without knowing our types.</summary>
internal static class WireTree
{
    public static object? From(ReadOnlyMemory<byte> json) => From(new ReadOnlySequence<byte>(json));

    public static object? From(ReadOnlySequence<byte> json)
    {
        using var document = JsonDocument.Parse(json);
        return From(document.RootElement);
    }

    public static void Write(Utf8JsonWriter writer, object? value)
    {
        // Without the application's options, but with the converters that the types carry.
        JsonSerializer.Serialize(writer, value, value?.GetType() ?? typeof(object), PresenceMetaReader.SerializerOptions);
    }

    private static object? From(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => Object(value),
        JsonValueKind.Array => value.EnumerateArray().Select(From).ToArray(),
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number => value.TryGetInt64(out var integer) ? integer : value.GetDouble(),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => null,
    };

    private static WireObject Object(JsonElement value)
    {
        var fields = new WireObject();
        foreach (var field in value.EnumerateObject())
        {
            fields[field.Name] = From(field.Value);
        }

        return fields;
    }
}
