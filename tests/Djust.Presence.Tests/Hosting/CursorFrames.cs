using System.Text.Json;

namespace Djust.Presence.Tests.Hosting;

/// <summary>Reads frames as a strict client does.</summary>
internal static class CursorFrames
{
    /// <summary>Brings the cursors that a client knows up to date.</summary>
    public static void Apply(JsonElement frame, Dictionary<int, (double X, double Y)> cursors)
    {
        var (moves, gone) = (Moves(frame), Gone(frame));
        if (moves.Select(move => move.Ref).Concat(gone).GroupBy(@ref => @ref).FirstOrDefault(refs => refs.Count() > 1) is { } twice)
        {
            throw new InvalidOperationException($"The cursor {twice.Key} is in a frame twice.");
        }

        foreach (var @ref in gone)
        {
            cursors.Remove(@ref);
        }

        foreach (var (@ref, x, y) in moves)
        {
            cursors[@ref] = (x, y);
        }
    }

    public static (int Ref, double X, double Y)[] Moves(JsonElement frame) =>
        [.. frame.GetProperty("moves").EnumerateArray().Chunk(3).Select(move => (move[0].GetInt32(), move[1].GetDouble(), move[2].GetDouble()))];

    public static int[] Gone(JsonElement frame) => frame.TryGetProperty("gone", out var gone) ? [.. gone.EnumerateArray().Select(@ref => @ref.GetInt32())] : [];
}
