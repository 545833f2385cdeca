using System.Collections.Concurrent;
using Microsoft.Extensions.Options;

namespace Djust.Presence;

/// <summary>
/// Takes out the entries of connections whose client gives no sign of life, and brings back those that do again, or whose entries were swept
/// while this process was paused. One connection's trouble is its own.
/// </summary>
internal sealed class SilenceScanner(
    PresenceTracker tracker,
    ConnectionRegistry connections,
    IOptions<PresenceOptions> options,
    TimeProvider time,
    ILogger<SilenceScanner> logger) : IDisposable
{
    /// <summary>How many connections are joined anew at the same time.</summary>
    private const int MaxTendedAtOnce = 64;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>A scan that comes this late means that the process was paused: what clients sent meanwhile has not been read yet.</summary>
    private static readonly TimeSpan Pause = Interval * 5;

    private readonly ConcurrentDictionary<LocalConnection, Task> _tended = new();
    private readonly SemaphoreSlim _slots = new(MaxTendedAtOnce, MaxTendedAtOnce);
    private long _lastScan = time.GetTimestamp();
    private long _resumedAt = long.MinValue;

    public void Dispose() => _slots.Dispose();

    /// <summary>Marks all connections, so that the next scan joins them anew. Does not wait.</summary>
    public void ReassertAll()
    {
        if (connections.Count > 0)
        {
            TrackingLog.LeaseRegained(logger);
        }

        foreach (var connection in connections.All)
        {
            connection.NeedsReassert = true;
        }

        _ = Task.Run(ScanAsync);
    }

    public async Task RunAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            // Not waited for: a connection that takes long is passed over by the scans that follow.
            _ = ScanAsync();
        }
    }

    /// <summary>Looks at all connections.</summary>
    /// <returns>A task that ends when those that need it have been tended.</returns>
    public Task ScanAsync()
    {
        var now = time.GetTimestamp();
        _resumedAt = time.GetElapsedTime(_lastScan, now) > Pause ? now : _resumedAt;
        _lastScan = now;
        var silentSince = now - (long)(options.Value.PresenceTimeout.TotalSeconds * time.TimestampFrequency);
        foreach (var connection in connections.All)
        {
            // After a pause nobody is taken out before they could be heard, and nobody brought back before they were.
            var isSilent = connection.IsObserved && Math.Max(connection.LastSeen, _resumedAt) <= silentSince;
            var isHeard = !connection.IsObserved || connection.LastSeen > silentSince;
            if ((isSilent || (connection.NeedsReassert && isHeard)) && !_tended.ContainsKey(connection))
            {
                var start = new TaskCompletionSource();
                if (_tended.TryAdd(connection, start.Task))
                {
                    _ = TendAsync(connection, isSilent, silentSince, start);
                }
            }
        }

        return Task.WhenAll(_tended.Values);
    }

    private async Task TendAsync(LocalConnection connection, bool isSilent, long silentSince, TaskCompletionSource ended)
    {
        await _slots.WaitAsync();
        try
        {
            await (isSilent ? tracker.LapseAsync(connection, silentSince) : tracker.ReassertAsync(connection));
        }
        catch (Exception e)
        {
            TrackingLog.ReassertFailed(logger, new LoggedException(e));
        }
        finally
        {
            _slots.Release();
            _tended.TryRemove(connection, out _);
            ended.SetResult();
        }
    }
}
