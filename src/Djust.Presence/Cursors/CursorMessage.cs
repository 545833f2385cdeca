using System.Text.Json;

namespace Djust.Presence;

/// <summary>What a node tells the others of the cursors that its connections have in a room.</summary>
/// <param name="Node">The node.</param>
/// <param name="Asks">Whether it asks the others to tell all that they have.</param>
/// <param name="Moves">Refs and positions: <c>ref, x, y, ref, x, y …</c></param>
/// <param name="Gone">Refs whose cursors have ended.</param>
internal sealed record CursorMessage(string? Node, bool Asks, double[]? Moves, int[]? Gone)
{
    public static readonly JsonSerializerOptions SerializerOptions = new(JsonSerializerDefaults.Web) { NumberHandling = default, MaxDepth = 4 };

    /// <summary>Whether all numbers are what they can be: others can write to the same store.</summary>
    public bool IsSound => Moves is { } moves && Gone is not null && moves.Length % 3 == 0 &&
        moves.Select((number, at) => at % 3 == 0 ? number is >= 1 and <= int.MaxValue && number == Math.Truncate(number) : Math.Abs(number) <= CursorPoint.Farthest).All(sound => sound);
}
