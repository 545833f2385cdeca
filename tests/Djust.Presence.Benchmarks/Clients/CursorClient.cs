using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Djust.Presence.Benchmarks;

/// <summary>A client that moves its cursor; a position tells which of its moves it is: the number of the move, divided by 10,000, is its x.</summary>
internal sealed class CursorClient : IDisposable
{
    private const double Scale = 10_000;

    private readonly RawSocket _socket;
    private readonly bool _decodes;
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Dictionary<int, int> _last = [];
    private readonly Task _reading;

    private CursorClient(RawSocket socket, bool decodes)
    {
        (_socket, _decodes) = (socket, decodes);
        _reading = socket.ReadAsync(Read);
    }

    /// <summary>The connection's ref.</summary>
    public int Ref { get; private set; }

    /// <summary>When each move was sent, as timestamps.</summary>
    public List<long> SentAt { get; } = [];

    /// <summary>Which moves of others came, and when; to be locked as long as they come.</summary>
    public List<(int Ref, int Move, long At)> Seen { get; } = [];

    public long Frames { get; private set; }

    /// <summary>Whose moves are looked at; everybody's if null.</summary>
    public HashSet<int>? Movers { get; set; }

    /// <summary>The names of those who were there when it came, by their refs.</summary>
    public Dictionary<int, string?> Names { get; } = [];

    /// <summary>Whether the connection has ended.</summary>
    public bool IsClosed => _reading.IsCompleted;

    /// <summary>The last move of each other connection that came.</summary>
    public IReadOnlyDictionary<int, int> Last => _last;

    /// <param name="server">The server.</param>
    /// <param name="decodes">Whether it looks at every position; the others only count, so that they cost little.</param>
    public static async Task<CursorClient> ConnectAsync(BenchmarkServer server, bool decodes)
    {
        var client = new CursorClient(await RawSocket.ConnectAsync(server.Port, "/hubs/cursor/1"), decodes);
        await client._ready.Task;
        return client;
    }

    public Task MoveAsync()
    {
        SentAt.Add(Stopwatch.GetTimestamp());
        return _socket.SendAsync(string.Create(CultureInfo.InvariantCulture, $$"""{"type":1,"target":"CursorMove","arguments":[{{SentAt.Count / Scale:F4}},0.5]}"""));
    }

    public Task RenameAsync(string name) => _socket.SendAsync($$"""{"type":1,"target":"Rename","arguments":["{{name}}"]}""");

    public void Dispose() => _socket.Dispose();

    private void Read(string message)
    {
        var at = Stopwatch.GetTimestamp();
        if (message.Contains("CursorFrame", StringComparison.Ordinal))
        {
            Frames++;
            if (_decodes)
            {
                Decode(message, at);
            }
        }
        else if (Ref == 0 && message.Contains("PresenceState", StringComparison.Ordinal))
        {
            using var json = JsonDocument.Parse(message);
            var state = json.RootElement.GetProperty("arguments")[0];
            foreach (var presence in state.GetProperty("presences").EnumerateArray())
            {
                foreach (var connection in presence.GetProperty("connections").EnumerateArray())
                {
                    Names[connection.GetProperty("ref").GetInt32()] = presence.GetProperty("meta").TryGetProperty("name", out var name) ? name.GetString() : null;
                }
            }

            Ref = state.GetProperty("self").GetProperty("ref").GetInt32();
            _ready.TrySetResult();
        }
    }

    private void Decode(string message, long at)
    {
        using var json = JsonDocument.Parse(message);
        var moves = json.RootElement.GetProperty("arguments")[0].GetProperty("moves");
        for (var i = 0; i < moves.GetArrayLength(); i += 3)
        {
            var (@ref, move) = (moves[i].GetInt32(), (int)Math.Round(moves[i + 1].GetDouble() * Scale));
            if (Movers?.Contains(@ref) != false)
            {
                lock (Seen)
                {
                    _last[@ref] = move;
                    Seen.Add((@ref, move, at));
                }
            }
        }
    }
}
