using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Playwright;

namespace Djust.Presence.EndToEnd.Tests.Hosting;

/// <summary>What a page was really sent, before any script of ours has seen it.</summary>
public sealed class Wire
{
    private const char RecordSeparator = '\u001e';

    private readonly ConcurrentQueue<(string Target, JsonElement Message)> _received = new();

    public Wire(IPage page)
    {
        ArgumentNullException.ThrowIfNull(page);
        page.WebSocket += (_, socket) => socket.FrameReceived += (_, frame) => Read(frame.Text);
    }

    public IEnumerable<JsonElement> States => Of("PresenceState");

    public int CursorFrames => Of("CursorFrame").Count();

    /// <summary>The last position that came in a frame, whoever's it is.</summary>
    public (double X, double Y)? LastPosition => Of("CursorFrame").Select(frame => frame.GetProperty("moves")).LastOrDefault(moves => moves.GetArrayLength() > 0) is { ValueKind: JsonValueKind.Array } moves
        ? (moves[moves.GetArrayLength() - 2].GetDouble(), moves[moves.GetArrayLength() - 1].GetDouble())
        : null;

    public int Joins(string id) => Count("joins", id);

    public int Updates(string id) => Count("updates", id);

    public int Leaves(string id) => Count("leaves", id);

    public IEnumerable<JsonElement> Changes(string kind, string id) => Of("PresenceDiff")
        .SelectMany(diff => diff.GetProperty(kind).EnumerateArray())
        .Where(presence => presence.GetProperty("id").GetString() == id);

    private int Count(string kind, string id) => Changes(kind, id).Count();

    private IEnumerable<JsonElement> Of(string target) => _received.Where(received => received.Target == target).Select(received => received.Message);

    private void Read(string? frame)
    {
        foreach (var record in (frame ?? string.Empty).Split(RecordSeparator, StringSplitOptions.RemoveEmptyEntries))
        {
            var message = JsonDocument.Parse(record).RootElement;
            if (message.TryGetProperty("target", out var target))
            {
                _received.Enqueue((target.GetString()!, message.GetProperty("arguments")[0]));
            }
        }
    }
}
