using System.Globalization;
using System.Text.Json;

namespace Djust.Presence;

/// <summary>Reads a presence's fields the way the browser client does.</summary>
internal static class PresenceField
{
    public const string Name = "name";
    private const string Id = "id";

    /// <summary>A text or a number as text; what is neither is no name.</summary>
    public static string? AsName(Presence presence, string field) => field == Id ? presence.Id : Value(presence, field) switch
    {
        { ValueKind: JsonValueKind.String } value => value.GetString(),
        { ValueKind: JsonValueKind.Number } value => Number(value),
        _ => null,
    };

    /// <summary>A text, and nothing else: what a color or an address must be.</summary>
    public static string? AsText(Presence presence, string field) => field == Id ? presence.Id : Value(presence, field) switch
    {
        { ValueKind: JsonValueKind.String } value => value.GetString(),
        _ => null,
    };

    /// <summary>A text, a number or a yes/no as it is shown; anything else shows nothing.</summary>
    public static string Shown(Presence presence, string field)
    {
        if (field == Name)
        {
            return SafeText.DisplayName(AsName(presence, field));
        }

        return SafeText.Clean(AsName(presence, field) ?? Value(presence, field)?.ValueKind switch
        {
            JsonValueKind.True => "true",
            JsonValueKind.False => "false",
            _ => string.Empty,
        });
    }

    private static JsonElement? Value(Presence presence, string field) => presence.Meta.TryGetValue(field, out var value) ? value : null;

    /// <summary>As JavaScript writes it: 1.0 is 1.</summary>
    private static string Number(JsonElement value) => value.TryGetInt64(out var whole)
        ? whole.ToString(CultureInfo.InvariantCulture)
        : value.GetDouble().ToString("R", CultureInfo.InvariantCulture);
}
