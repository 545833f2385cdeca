using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;

namespace Djust.Presence.Benchmarks;

/// <summary>A client of <see cref="VisitHub"/>.</summary>
internal sealed class VisitClient : IDisposable
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource<(long At, string? Result)>> _calls = new();
    private readonly RawSocket _socket;
    private (int Count, TaskCompletionSource<long> At) _told = (-1, new());
    private int _lastCall;

    private VisitClient(RawSocket socket)
    {
        _socket = socket;
        Reading = socket.ReadAsync(Read);
    }

    /// <summary>Ends with the connection.</summary>
    public Task Reading { get; }

    public static async Task<VisitClient> ConnectAsync(BenchmarkServer server) => new(await RawSocket.ConnectAsync(server.Port, "/hubs/visit/1"));

    /// <summary>Calls a hub method.</summary>
    /// <returns>When the answer came, and what it was.</returns>
    public async Task<(long At, string? Result)> CallAsync(string method, string arguments = "")
    {
        var id = Interlocked.Increment(ref _lastCall).ToString(System.Globalization.CultureInfo.InvariantCulture);
        var answer = _calls[id] = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await _socket.SendAsync($$"""{"type":1,"invocationId":"{{id}}","target":"{{method}}","arguments":[{{arguments}}]}""");
        return await answer.Task;
    }

    /// <summary>When the next message comes that says that so many are there.</summary>
    public Task<long> WhenToldAsync(int count)
    {
        var at = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        _told = (count, at);
        return at.Task;
    }

    public void Dispose() => _socket.Dispose();

    private void Read(string message)
    {
        var at = Stopwatch.GetTimestamp();
        using var json = JsonDocument.Parse(message);
        if (json.RootElement.TryGetProperty("target", out var target) && target.GetString() is "PresenceDiff" or "PresenceState")
        {
            var (count, told) = _told;
            if (json.RootElement.GetProperty("arguments")[0].GetProperty("count").GetInt32() == count)
            {
                told.TrySetResult(at);
            }
        }
        else if (json.RootElement.TryGetProperty("invocationId", out var id) && _calls.TryRemove(id.GetString()!, out var call))
        {
            if (json.RootElement.TryGetProperty("error", out var error))
            {
                call.SetException(new InvalidOperationException(error.GetString()));
                return;
            }

            call.SetResult((at, json.RootElement.TryGetProperty("result", out var result) && result.ValueKind == JsonValueKind.String ? result.GetString() : null));
        }
    }
}
