using System.Text.Encodings.Web;
using System.Text.Json;

namespace Djust.Presence;

/// <summary>Turns any object into the canonical JSON of a <see cref="PresenceMeta"/>, or says what is wrong with it.</summary>
internal static class PresenceMetaReader
{
    /// <summary>
    /// The relaxed encoder keeps names in other scripts short. The bytes go into JSON messages only; whoever writes them into HTML encodes them there.
    /// </summary>
    public static readonly JsonSerializerOptions SerializerOptions = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private const string Example = "It must serialise to a JSON object, such as new { name = \"Ada\", color = \"#6c63ff\" }";

    public static PresenceMeta Read(object? value, PresenceMetaLimits limits)
    {
        if (value is null)
        {
            return PresenceMeta.Empty;
        }

        var utf8 = value is PresenceMeta meta ? meta.Utf8Json.ToArray() : Canonical(Serialize(value));
        if (utf8[0] != (byte)'{')
        {
            var hint = value is string ? " (to name a presence key, pass the key and the meta)" : string.Empty;
            throw new PresenceArgumentException($"A presence's meta cannot be a {value.GetType().Name}. {Example}{hint}.");
        }

        if (utf8.Length > limits.MaxBytes)
        {
            throw new PresenceArgumentException($"A presence's meta has {utf8.Length} bytes of JSON; at most {limits.MaxBytes} are allowed (MaxMetaBytes). Shorten or leave out fields; keep large things elsewhere and put their address here.");
        }

        var depth = Depth(utf8);
        if (depth > limits.MaxDepth)
        {
            throw new PresenceArgumentException($"A presence's meta is nested {depth} levels deep; at most {limits.MaxDepth} are allowed (MaxMetaDepth).");
        }

        return utf8.Length == 2 ? PresenceMeta.Empty : new PresenceMeta(utf8);
    }

    private static byte[] Serialize(object value)
    {
        try
        {
            return JsonSerializer.SerializeToUtf8Bytes(value, value.GetType(), SerializerOptions);
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or InvalidOperationException or ArgumentException)
        {
            throw new PresenceArgumentException($"A presence's meta of type {value.GetType().Name} cannot be written as JSON: it is cyclic, nested too deep, or holds something that has no JSON form. {Example}.", e);
        }
    }

    /// <summary>Without white space, so that the same fields are the same bytes; a field given twice is refused, since readers disagree on which one counts.</summary>
    private static byte[] Canonical(byte[] json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { AllowDuplicateProperties = false });
            return JsonSerializer.SerializeToUtf8Bytes(document.RootElement, SerializerOptions);
        }
        catch (JsonException e)
        {
            throw new PresenceArgumentException("A presence's meta is not usable as JSON: an object has two fields of one name, or it is nested more than 64 levels deep.", e);
        }
    }

    private static int Depth(byte[] json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 1_000 });
        var deepest = 0;
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
            {
                deepest = Math.Max(deepest, reader.CurrentDepth + 1);
            }
        }

        return deepest;
    }
}
