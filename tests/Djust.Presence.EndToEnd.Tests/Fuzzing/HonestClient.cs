using System.Text.Json;
using Djust.Presence.EndToEnd.Tests.Cluster.Protocol;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR.Client;

namespace Djust.Presence.EndToEnd.Tests.Fuzzing;

/// <summary>A visitor at the same board who does what a page does, and believes nothing: whatever breaks docs/protocol.md is noted.</summary>
internal sealed class HonestClient : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly PresenceView _view = new();
    private readonly List<string> _problems = [];
    private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly HubConnection _connection;
    private bool _isClosing;

    private HonestClient(HubConnection connection)
    {
        _connection = connection;
        connection.On<StateMessage>("PresenceState", state => Note(() =>
        {
            _view.Apply(state);
            UserId = state.Self!.Id;
            _first.TrySetResult();
        }));
        connection.On<DiffMessage>("PresenceDiff", diff => Note(() =>
        {
            Diffs++;
            if (_view.Apply(diff) != DiffOutcome.Applied)
            {
                _problems.Add($"a diff from version {diff.From} does not follow");
            }
        }));
        connection.On<JsonElement>("CursorFrame", frame => Note(() =>
        {
            Frames++;
            var moves = frame.GetProperty("moves").EnumerateArray().Select(number => number.GetDouble()).ToArray();
            if (moves.Length % 3 != 0 || moves.Any(number => !(Math.Abs(number) <= int.MaxValue)))
            {
                _problems.Add($"a frame has {frame}");
            }
        }));
        connection.Closed += error =>
        {
            Note(() => _problems.AddRange(_isClosing ? [] : [$"the connection was closed: {error?.Message}"]));
            return Task.CompletedTask;
        };
    }

    public string UserId { get; private set; } = string.Empty;

    public int Diffs { get; private set; }

    public int Frames { get; private set; }

    public IReadOnlyList<string> Problems => Read(() => _problems.Concat(_view.Violations.Select(violation => violation.ToString())).ToArray());

    public IReadOnlyDictionary<string, PresenceItem> Users => Read(() => new Dictionary<string, PresenceItem>(_view.Users));

    public static async Task<HonestClient> ConnectAsync(Uri hub)
    {
        var client = new HonestClient(new HubConnectionBuilder().WithUrl(hub, HttpTransportType.WebSockets, options => options.SkipNegotiation = true).Build());
        await client._connection.StartAsync();
        await client._first.Task.WaitAsync(TimeSpan.FromMinutes(1));
        return client;
    }

    /// <summary>Points around and gives signs of life, each of which the server has to accept, until told to stop.</summary>
    public async Task RunAsync(CancellationToken stopped)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        for (var i = 0; !stopped.IsCancellationRequested; i++)
        {
            await _connection.InvokeAsync("CursorMove", i % 100 / 100.0, 0.5, CancellationToken.None);
            await _connection.InvokeAsync("PresenceHeartbeat", CancellationToken.None);
            await timer.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    public Task<StateMessage> SyncAsync(string key) => _connection.InvokeAsync<StateMessage>("PresenceSync", key);

    public ValueTask DisposeAsync()
    {
        Note(() => _isClosing = true);
        return _connection.DisposeAsync();
    }

    private void Note(Action action)
    {
        lock (_lock)
        {
            action();
        }
    }

    private T Read<T>(Func<T> read)
    {
        lock (_lock)
        {
            return read();
        }
    }
}
