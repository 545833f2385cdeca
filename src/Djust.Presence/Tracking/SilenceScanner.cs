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
    ILogger<SilenceScanner> logger)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>A scan that comes this late means that the process was paused: what clients sent meanwhile has not been read yet.</summary>
    private static readonly TimeSpan Pause = Interval * 5;

    private long _lastScan = time.GetTimestamp();
    private long _resumedAt = long.MinValue;

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
            await ScanAsync();
        }
    }

    public async Task ScanAsync()
    {
        var now = time.GetTimestamp();
        _resumedAt = time.GetElapsedTime(_lastScan, now) > Pause ? now : _resumedAt;
        _lastScan = now;
        var silentSince = now - (long)(options.Value.PresenceTimeout.TotalSeconds * time.TimestampFrequency);
        foreach (var connection in connections.All)
        {
            var isSilent = connection.IsObserved && Math.Max(connection.LastSeen, _resumedAt) <= silentSince;
            if (isSilent || connection.NeedsReassert)
            {
                await TendAsync(connection, isSilent, silentSince);
            }
        }
    }

    private async Task TendAsync(LocalConnection connection, bool isSilent, long silentSince)
    {
        try
        {
            await (isSilent ? tracker.LapseAsync(connection, silentSince) : tracker.ReassertAsync(connection));
        }
        catch (Exception e)
        {
            TrackingLog.ReassertFailed(logger, e);
        }
    }
}
