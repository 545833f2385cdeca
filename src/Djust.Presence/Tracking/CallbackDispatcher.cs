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

        ThreadPool.UnsafeQueueUserWorkItem(static state => _ = state.Dispatcher.RunAsync(state.Key), (Dispatcher: this, change.Key), preferLocal: false);
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
            if (!callback.IsCompleted && await Task.WhenAny(callback, Task.Delay(Slow, time)) != callback)
            {
                TrackingLog.CallbackSlow(logger, change.Kind, hub.Name, Slow);
            }

            await callback;
        }
        catch (Exception e)
        {
            TrackingLog.CallbackFailed(logger, change.Kind, hub.Name, e);
        }
    }

    /// <summary>Two threads may hand over two commits in the other order: as long as the later one waits, it is put right.</summary>
    private static void Insert(LinkedList<PresenceChange> queue, PresenceChange change)
    {
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
}
