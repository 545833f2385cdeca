using System.Diagnostics;
using System.Net;
using Djust.Presence.EndToEnd.Tests.Cluster.Protocol;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR.Client;

namespace Djust.Presence.EndToEnd.Tests.Cluster.Hosting;

/// <summary>
/// A tab on a document: one connection at a time, to whichever node the test says, and one view that outlives its connections, as a page's does.
/// </summary>
/// <param name="document">The document's id.</param>
/// <param name="name">The name to appear under.</param>
/// <param name="visitor">Whose tab it is: tabs with the same cookies are one user. A visitor without a cookie gets one from the first node.</param>
internal sealed class ClusterClient(string document, string name, CookieContainer? visitor = null) : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly PresenceView _view = new();
    private readonly List<FailedCall> _failures = [];
    private readonly List<DiffMessage> _held = [];
    private Link? _link;
    private object? _flight;
    private int _syncs;

    public CookieContainer Visitor { get; } = visitor ?? new CookieContainer();

    /// <summary>The name that the next connection begins with.</summary>
    public string Name { get; set; } = name;

    /// <summary>Who the visitor is, as the last state said.</summary>
    public string UserId { get; private set; } = string.Empty;

    /// <summary>Raised when the connection has ended without having been closed here.</summary>
    public event Action? Lost;

    public bool IsConnected => Read(() => _link is not null && _view.IsFresh);

    public IReadOnlyList<UserEvent> Events => Read<IReadOnlyList<UserEvent>>(() => [.. _view.Events]);

    public IReadOnlyDictionary<string, PresenceItem> Users => Read(() => new Dictionary<string, PresenceItem>(_view.Users));

    /// <summary>Where the server broke its contract with clients.</summary>
    public IReadOnlyList<Violation> Violations => Read<IReadOnlyList<Violation>>(() => [.. _view.Violations]);

    public IReadOnlyList<FailedCall> Failures => Read<IReadOnlyList<FailedCall>>(() => [.. _failures]);

    /// <summary>How often a hole in what came had to be filled with a fresh state.</summary>
    public int Syncs => Volatile.Read(ref _syncs);

    public int EpochChanges => Read(() => _view.EpochChanges);

    /// <summary>Connects to a node, and waits for the state. A connection to another node is closed first.</summary>
    public async Task ConnectAsync(Uri node, CancellationToken cancellationToken = default)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            await EndAsync();
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            deadline.CancelAfter(Deadline);
            await BeginAsync(node, deadline.Token);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>As a page does that is closed.</summary>
    public async Task CloseAsync()
    {
        await _turn.WaitAsync();
        try
        {
            await EndAsync();
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Takes another name, now and for later connections.</summary>
    /// <returns>Whether the server has answered; not if the connection was lost meanwhile.</returns>
    public Task<bool> RenameAsync(string name)
    {
        Name = name;
        return CallAsync(connection => connection.InvokeAsync("Rename", name));
    }

    /// <summary>Calls what a client may call, for the sake of the answer.</summary>
    public Task<bool> HeartbeatAsync() => CallAsync(connection => connection.InvokeAsync("PresenceHeartbeat"));

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        _turn.Dispose();
    }

    private async Task BeginAsync(Uri node, CancellationToken cancellationToken)
    {
        var connection = new HubConnectionBuilder().WithUrl(
            new Uri(node, $"/hubs/document/{Uri.EscapeDataString(document)}?name={Uri.EscapeDataString(Name)}"),
            HttpTransportType.WebSockets,
            options => (options.SkipNegotiation, options.Cookies) = (true, Visitor)).Build();
        var link = new Link(connection);
        connection.On<StateMessage>("PresenceState", state => OnState(link, state));
        connection.On<DiffMessage>("PresenceDiff", diff => OnDiff(link, diff));
        connection.Closed += error => OnClosed(link, error);
        Read(() => _link = link);
        try
        {
            await connection.StartAsync(cancellationToken);
            await link.FirstState.Task.WaitAsync(cancellationToken);
        }
        catch
        {
            Read(() => Detach(_link == link ? link : null));
            await connection.DisposeAsync();
            throw;
        }
    }

    private async Task EndAsync()
    {
        if (Read(() => Detach(_link)) is { } link)
        {
            await link.Connection.DisposeAsync();
        }
    }

    private async Task<bool> CallAsync(Func<HubConnection, Task> call)
    {
        if (Read(() => _link) is not { } link)
        {
            return false;
        }

        try
        {
            await call(link.Connection);
            return true;
        }
        catch (Exception error)
        {
            // A call that the end of its connection took with it says nothing about the hub.
            var failed = new FailedCall(Stopwatch.GetTimestamp(), error.Message);
            await Task.WhenAny(link.Ended.Task, Task.Delay(TimeSpan.FromSeconds(2)));
            Read(() =>
            {
                if (_link == link)
                {
                    _failures.Add(failed);
                }
            });
            return false;
        }
    }

    private void OnState(Link link, StateMessage state) => Read(() =>
    {
        if (_link == link)
        {
            // The answer to a question that was asked before this would come too late.
            Accept(link, state);
            link.FirstState.TrySetResult();
        }
    });

    private void OnDiff(Link link, DiffMessage diff) => Read(() =>
    {
        if (_link != link)
        {
            return;
        }

        if (_flight is not null)
        {
            _held.Add(diff);
        }
        else if (_view.Apply(diff) == DiffOutcome.Gap)
        {
            _held.Add(diff);
            _flight = new object();
            _ = SyncAsync(link, _flight, diff.Key);
        }
    });

    private async Task SyncAsync(Link link, object flight, string key)
    {
        Interlocked.Increment(ref _syncs);
        try
        {
            var state = await link.Connection.InvokeAsync<StateMessage>("PresenceSync", key);
            Read(() =>
            {
                if (_flight == flight)
                {
                    Accept(link, state);
                }
            });
        }
        catch (Exception error)
        {
            await Task.WhenAny(link.Ended.Task, Task.Delay(TimeSpan.FromSeconds(2)));
            Read(() =>
            {
                if (_flight == flight)
                {
                    _flight = null;
                    _failures.Add(new FailedCall(Stopwatch.GetTimestamp(), error.Message));
                }
            });
        }
    }

    private void Accept(Link link, StateMessage state)
    {
        _flight = null;
        _view.Apply(state);
        UserId = state.Self?.Id ?? UserId;
        var held = _held.ToList();
        _held.Clear();
        held.ForEach(diff => OnDiff(link, diff));
    }

    private Task OnClosed(Link link, Exception? error)
    {
        link.Ended.TrySetResult();
        if (link.FirstState.TrySetException(error ?? new IOException("The node closed the connection before it sent a state.")))
        {
            // Whoever connects hears of it; if nobody waits any more, nobody has to.
            _ = link.FirstState.Task.Exception;
        }
        else if (Read(() => Detach(_link == link ? link : null)) is not null)
        {
            _ = link.Connection.DisposeAsync().AsTask();
            Lost?.Invoke();
        }

        return Task.CompletedTask;
    }

    private Link? Detach(Link? link)
    {
        if (link is not null)
        {
            (_link, _flight) = (null, null);
            _held.Clear();
            _view.Interrupt();
            link.Ended.TrySetResult();
        }

        return link;
    }

    private void Read(Action action)
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

    /// <summary>One connection of this tab.</summary>
    private sealed record Link(HubConnection Connection)
    {
        public TaskCompletionSource FirstState { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
