using System.Text;
using System.Text.Json;

namespace Djust.Presence;

/// <summary>
/// The small JSON object that an application attaches to a presence: a name, a color, an avatar.
/// </summary>
/// <remarks>
/// Immutable: it holds its own copy of the JSON, so neither the object it was made from nor a reader can change it.
/// Safe for use by several threads. Two metas are equal when their JSON is the same, byte for byte, after serialisation.
/// </remarks>
public sealed class PresenceMeta : IEquatable<PresenceMeta>
{
    private readonly byte[] _utf8;

    /// <summary>A boxed <see cref="JsonElement"/>, made when first read: a reference, so that two threads that read at once see one whole.</summary>
    private object? _element;

    internal PresenceMeta(byte[] utf8) => _utf8 = utf8;

    /// <summary>The meta without any field: <c>{}</c>.</summary>
    public static PresenceMeta Empty { get; } = new("{}"u8.ToArray());

    /// <summary>The JSON of this meta in UTF-8: always one object, without white space.</summary>
    public ReadOnlyMemory<byte> Utf8Json => _utf8;

    /// <summary>The value of a field as text, or null where the field is missing or JSON null.</summary>
    /// <param name="name">The field's name; compared ordinally.</param>
    /// <value>The string itself for a JSON string; the JSON text for any other value.</value>
    public string? this[string name] => TryGetValue(name, out var value) ? AsText(value) : null;

    private JsonElement Element => (JsonElement)(_element ??= Parse(_utf8));

    /// <summary>Makes a meta from any object that serialises to a JSON object, within the default limits.</summary>
    /// <param name="value">
    /// An anonymous object, a dictionary, a record, a <see cref="JsonElement"/>, a <see cref="PresenceMeta"/>; null is <see cref="Empty"/>.
    /// Names of .NET properties become camelCase, keys of dictionaries stay as they are.
    /// </param>
    /// <returns>The immutable copy.</returns>
    /// <exception cref="ArgumentException">It is no JSON object, too large (2,048 bytes), too deep (8 levels), cyclic, or has a field twice.</exception>
    public static PresenceMeta From(object? value) => From(value, PresenceMetaLimits.Default);

    internal static PresenceMeta From(object? value, PresenceMetaLimits limits) => PresenceMetaReader.Read(value, limits);

    /// <summary>Finds a field.</summary>
    /// <param name="name">The field's name; compared ordinally.</param>
    /// <param name="value">The field's JSON value; it stays valid for good.</param>
    /// <returns>Whether there is such a field.</returns>
    public bool TryGetValue(string name, out JsonElement value)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Element.TryGetProperty(name, out value);
    }

    /// <summary>Reads the whole meta into a type of the application's; names are matched without regard to case.</summary>
    /// <typeparam name="T">A type that System.Text.Json can read from a JSON object.</typeparam>
    /// <returns>A new instance.</returns>
    /// <exception cref="JsonException">The JSON does not fit <typeparamref name="T"/>.</exception>
    public T? Get<T>() => JsonSerializer.Deserialize<T>(_utf8, PresenceMetaReader.SerializerOptions);

    /// <summary>The same meta with these fields only.</summary>
    /// <param name="names">Names of fields at the top level, compared ordinally; those that are not there are passed over.</param>
    /// <returns>A meta; this one where it has no other fields.</returns>
    public PresenceMeta Only(params ReadOnlySpan<string> names) => Where(names, contained: true);

    /// <summary>The same meta without these fields. A field that the application adds later is shown: where it matters, <see cref="Only"/> is safer.</summary>
    /// <param name="names">Names of fields at the top level, compared ordinally; those that are not there are passed over.</param>
    /// <returns>A meta; this one where it has none of them.</returns>
    public PresenceMeta Without(params ReadOnlySpan<string> names) => Where(names, contained: false);

    /// <inheritdoc/>
    public bool Equals(PresenceMeta? other) =>
        ReferenceEquals(this, other) || (other is not null && _utf8.AsSpan().SequenceEqual(other._utf8));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as PresenceMeta);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.AddBytes(_utf8);
        return hash.ToHashCode();
    }

    /// <summary>The JSON text.</summary>
    /// <returns>One JSON object.</returns>
    public override string ToString() => Encoding.UTF8.GetString(_utf8);

    private PresenceMeta Where(ReadOnlySpan<string> names, bool contained)
    {
        var all = Element.EnumerateObject().ToArray();
        var kept = new List<JsonProperty>(all.Length);
        foreach (var field in all)
        {
            if (names.Contains(field.Name) == contained)
            {
                kept.Add(field);
            }
        }

        return kept.Count == all.Length ? this : kept.Count == 0 ? Empty : new PresenceMeta(PresenceWire.Write(writer =>
        {
            writer.WriteStartObject();
            kept.ForEach(field => field.WriteTo(writer));
            writer.WriteEndObject();
        }));
    }

    private static string? AsText(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.String => value.GetString(),
        _ => value.GetRawText(),
    };

    private static JsonElement Parse(byte[] utf8)
    {
        using var document = JsonDocument.Parse(utf8);
        return document.RootElement.Clone();
    }
}
