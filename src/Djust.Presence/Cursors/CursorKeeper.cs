namespace Djust.Presence;

/// <summary>Ends cursors that have not moved for long, and writes last known positions to the cache: at most once a second for each group, and always the last.</summary>
internal sealed class CursorKeeper(CursorTracker tracker, CursorCache cache, RoomRegistry rooms, IPresenceBackend backend, TimeProvider time, ILogger<CursorKeeper> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, Written> _written = new(StringComparer.Ordinal);
    private bool _hasWarned;

    /// <summary>Ends what is old, and writes what has changed.</summary>
    public async Task RunOnceAsync()
    {
        tracker.Expire();
        foreach (var room in rooms.All)
        {
            room.ExpireCursors();
        }

        foreach (var key in tracker.Keys.Union(_written.Keys, StringComparer.Ordinal).ToArray())
        {
            await WriteAsync(key);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        var failed = false;
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
        {
            try
            {
                await RunOnceAsync();
                failed = false;
            }
            catch (Exception e)
            {
                if (!failed)
                {
                    // Once for each outage: the cache is tried again each second.
                    CursorLog.CacheFailed(logger, new LoggedException(e));
                }

                failed = true;
            }
        }
    }

    private async Task WriteAsync(string key)
    {
        var positions = tracker.Local(key);
        var known = _written.GetValueOrDefault(key);
        if (positions.Count == 0)
        {
            if (known is not null)
            {
                await cache.WriteAsync(key, positions);
                _written.Remove(key);
            }

            return;
        }

        if (!_hasWarned && backend.IsShared && cache.IsLocal)
        {
            _hasWarned = true;
            CursorLog.CacheIsLocal(logger);
        }

        if (known is null || !known.Positions.SequenceEqual(positions))
        {
            await cache.WriteAsync(key, positions);
        }

        _written[key] = new Written(positions, await cache.ListAsync(key, known?.ListedAt));
    }

    private sealed record Written(IReadOnlyCollection<KeyValuePair<string, CursorPosition>> Positions, long? ListedAt);
}
