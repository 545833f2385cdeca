namespace Djust.Presence;

/// <summary>
/// Runs the hubs' callbacks for the changes that this node committed: in their order within a group, groups independent of each other,
/// and nobody waits for them. A callback that throws is logged and hurts nobody.
/// </summary>
internal sealed class CallbackDispatcher(PresenceHubRegistry hubs, ILogger<CallbackDispatcher> logger)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Queue<PresenceChange>> _queues = new(StringComparer.Ordinal);
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
                queue.Enqueue(change);
                return;
            }

            _queues.Add(change.Key, new Queue<PresenceChange>([change]));
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
                try
                {
                    await hub.InvokeAsync(change);
                }
                catch (Exception e)
                {
                    TrackingLog.CallbackFailed(logger, change.Kind, hub.Name, e);
                }
            }
        }
    }

    private PresenceChange? Next(string key)
    {
        lock (_gate)
        {
            if (_queues[key].TryDequeue(out var change))
            {
                return change;
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
