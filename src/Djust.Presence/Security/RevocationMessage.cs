using System.Text.Json;

namespace Djust.Presence;

/// <summary>What a node tells all others, and itself: a user may no longer see a group.</summary>
/// <param name="Revoked">The user's id.</param>
internal sealed record RevocationMessage(string? Revoked)
{
    private static readonly JsonSerializerOptions SerializerOptions = new(JsonSerializerDefaults.Web) { MaxDepth = 4 };

    public static byte[] Write(string userId) => JsonSerializer.SerializeToUtf8Bytes(new RevocationMessage(userId), SerializerOptions);

    /// <summary>The user's id, or null for another message.</summary>
    public static string? Read(ReadOnlyMemory<byte> payload)
    {
        try
        {
            return JsonSerializer.Deserialize<RevocationMessage>(payload.Span, SerializerOptions)?.Revoked;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
