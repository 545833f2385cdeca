namespace Djust.Presence;

/// <summary>
/// Runs the hubs' callbacks for the changes that this node committed: in the order of their versions within a group, groups independent of
/// each other, and nobody waits for them. A callback that throws is logged and hurts nobody; one that takes long is logged too.
/// </summary>
internal sealed class CallbackDispatcher(PresenceHubRegistry hubs, TimeProvider time, ILogger<CallbackDispatcher> logger)
{
    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, LinkedList<PresenceChange>> _queues = new(StringComparer.Ordinal);
    private TaskCompletionSource? _idle;
    private HashSet<string>? _waiting;
    private int _holds;

    /// <summary>How many groups have callbacks under way; for tests.</summary>
    internal int BusyCount
    {
        get
        {
            lock (_gate)
            {
                return _queues.Count;
            }
        }
    }

    public void Enqueue(PresenceChange change)
    {
        if (change.Kind == PresenceChangeKind.Connections || !hubs.Serving(change).Any())
        {
            return;
        }

        lock (_gate)
        {
            if (_queues.TryGetValue(change.Key, out var queue))
            {
                Insert(queue, change);
                return;
            }

            _queues.Add(change.Key, new LinkedList<PresenceChange>([change]));
        }

        Start(change.Key);
    }

    /// <summary>Begins no further callback until the answer is disposed: changes that are on their way may belong before those that wait.</summary>
    public IDisposable HoldBack()
    {
        lock (_gate)
        {
            _holds++;
            _waiting ??= new HashSet<string>(StringComparer.Ordinal);
        }

        return new Hold(this);
    }

    /// <summary>Waits until every callback queued so far has run.</summary>
    public Task WhenIdleAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return _queues.Count == 0
                ? Task.CompletedTask
                : (_idle ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task.WaitAsync(cancellationToken);
        }
    }

    private async Task RunAsync(string key)
    {
        while (Next(key) is { } change)
        {
            foreach (var hub in hubs.Serving(change))
            {
                await InvokeAsync(hub, change);
            }
        }
    }

    private async Task InvokeAsync(PresenceHubDescriptor hub, PresenceChange change)
    {
        try
        {
            var callback = hub.InvokeAsync(change);
            if (!callback.IsCompleted)
            {
                await WarnIfSlowAsync(callback, hub, change);
            }

            await callback;
        }
        catch (Exception e)
        {
            TrackingLog.CallbackFailed(logger, change.Kind, hub.Name, new LogId(change.Presence.Id), new LogId(change.Key), new LoggedException(e));
        }
    }

    private async Task WarnIfSlowAsync(Task callback, PresenceHubDescriptor hub, PresenceChange change)
    {
        using var ended = new CancellationTokenSource();
        var slow = Task.Delay(Slow, time, ended.Token);
        if (await Task.WhenAny(callback, slow) == slow)
        {
            TrackingLog.CallbackSlow(logger, change.Kind, hub.Name, new LogId(change.Presence.Id), Slow, new LogId(change.Key));
        }

        await ended.CancelAsync();
    }

    private void Start(string key) =>
        ThreadPool.UnsafeQueueUserWorkItem(static state => _ = state.Dispatcher.RunAsync(state.Key), (Dispatcher: this, Key: key), preferLocal: false);

    /// <summary>
    /// Two threads may hand over two commits in the other order: as long as the later one waits, it is put right. Versions tell within an
    /// epoch; between two, the group was empty, so a leave belongs before the user's join of another epoch.
    /// </summary>
    private static void Insert(LinkedList<PresenceChange> queue, PresenceChange change)
    {
        if (change.Kind == PresenceChangeKind.Leave && LastStep(queue, change.Presence.Id) is { Value.Kind: PresenceChangeKind.Join } join && join.Value.Epoch != change.Epoch)
        {
            queue.AddBefore(join, change);
            return;
        }

        var after = queue.Last;
        while (after is not null && after.Value.Epoch == change.Epoch && after.Value.Version > change.Version)
        {
            after = after.Previous;
        }

        _ = after is null ? queue.AddFirst(change) : queue.AddAfter(after, change);
    }

    private PresenceChange? Next(string key)
    {
        lock (_gate)
        {
            if (_holds > 0)
            {
                _waiting!.Add(key);
                return null;
            }

            var queue = _queues[key];
            if (queue.First is { } first)
            {
                queue.RemoveFirst();
                return first.Value;
            }

            _queues.Remove(key);
            if (_queues.Count == 0)
            {
                _idle?.TrySetResult();
                _idle = null;
            }

            return null;
        }
    }

    private static LinkedListNode<PresenceChange>? LastStep(LinkedList<PresenceChange> queue, string userId)
    {
        var node = queue.Last;
        while (node is not null && !(node.Value.Presence.Id == userId && node.Value.Kind is (PresenceChangeKind.Join or PresenceChangeKind.Leave)))
        {
            node = node.Previous;
        }

        return node;
    }

    private void Release()
    {
        HashSet<string>? waiting = null;
        lock (_gate)
        {
            if (--_holds == 0)
            {
                (waiting, _waiting) = (_waiting, null);
            }
        }

        foreach (var key in waiting ?? [])
        {
            Start(key);
        }
    }

    private sealed class Hold(CallbackDispatcher dispatcher) : IDisposable
    {
        private CallbackDispatcher? _dispatcher = dispatcher;

        public void Dispose() => Interlocked.Exchange(ref _dispatcher, null)?.Release();
    }
}
