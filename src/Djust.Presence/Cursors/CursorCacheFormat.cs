using System.Text.Json;

namespace Djust.Presence;

/// <summary>
/// What is in the distributed cache: for each group and node one entry with the last known positions, written by that node only; and for each
/// group the names of the nodes. Whatever cannot be read counts as not there: others may share the cache.
/// </summary>
internal static class CursorCacheFormat
{
    private static readonly JsonSerializerOptions Options = new() { MaxDepth = 64 };

    public static string NodesKey(string key) => "djust-presence:cursors:" + Uri.EscapeDataString(key);

    public static string PositionsKey(string key, string nodeId) => $"{NodesKey(key)}:{nodeId}";

    public static byte[] WriteNodes(IEnumerable<string> nodes) => JsonSerializer.SerializeToUtf8Bytes(nodes.Order(StringComparer.Ordinal));

    public static string[] ReadNodes(byte[]? value) => [.. (Read<string?[]>(value) ?? []).OfType<string>()];

    public static byte[] WritePositions(IEnumerable<KeyValuePair<string, CursorPosition>> positions) => JsonSerializer.SerializeToUtf8Bytes(
        positions.Select(position => new Stored(
            position.Key, position.Value.X, position.Value.Y, position.Value.Timestamp.ToUnixTimeMilliseconds(),
            JsonSerializer.Deserialize<JsonElement>(position.Value.Meta.Utf8Json.Span))));

    public static IEnumerable<KeyValuePair<string, CursorPosition>> ReadPositions(byte[]? value) => (Read<Stored?[]>(value) ?? [])
        .Where(stored => stored is { User.Length: > 0, Meta.ValueKind: JsonValueKind.Object, At: >= 0 and < 253_402_300_800_000 } && double.IsFinite(stored.X) && double.IsFinite(stored.Y))
        .Select(stored => (stored!.User, Position: ReadPosition(stored)))
        .Where(read => read.Position is not null)
        .Select(read => KeyValuePair.Create(read.User!, read.Position!));

    private static CursorPosition? ReadPosition(Stored stored)
    {
        try
        {
            // The node that wrote it has checked it by the application's limits.
            var meta = PresenceMeta.From(stored.Meta, new PresenceMetaLimits(int.MaxValue, int.MaxValue));
            return new CursorPosition(stored.X, stored.Y, DateTimeOffset.FromUnixTimeMilliseconds(stored.At), meta);
        }
        catch (PresenceArgumentException)
        {
            return null;
        }
    }

    private static T? Read<T>(byte[]? value)
        where T : class
    {
        try
        {
            return value is null ? null : JsonSerializer.Deserialize<T>(value, Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private sealed record Stored(string? User, double X, double Y, long At, JsonElement Meta);
}
