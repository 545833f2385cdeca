using Microsoft.Extensions.Options;

namespace Djust.Presence;

/// <summary>
/// Keeps this node alive in the store and the store free of the dead: renews the lease, sweeps what runs out at the moment it does, looks at
/// everything now and then. On stop it gives up everything that this node holds. It waits for no connection; see <see cref="SilenceScanner"/>.
/// </summary>
internal sealed class PresenceSweeper : BackgroundService
{
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ShortestDelay = TimeSpan.FromMilliseconds(10);

    private readonly PresenceStore _store;
    private readonly GraceQueue _graces;
    private readonly CallbackDispatcher _callbacks;
    private readonly SilenceScanner _scanner;
    private readonly PresenceNode _node;
    private readonly PresenceOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<PresenceSweeper> _logger;
    private readonly CancellationTokenRegistration _stopping;
    private readonly SemaphoreSlim _wake = new(0, 1);
    private long _nextRenewal = long.MinValue;
    private long _nextFullSweep;
    private long _nextSweep = long.MaxValue;

    public PresenceSweeper(
        PresenceStore store,
        GraceQueue graces,
        CallbackDispatcher callbacks,
        SilenceScanner scanner,
        PresenceNode node,
        IOptions<PresenceOptions> options,
        TimeProvider time,
        IHostApplicationLifetime lifetime,
        ILogger<PresenceSweeper> logger)
    {
        _store = store;
        _graces = graces;
        _callbacks = callbacks;
        _scanner = scanner;
        _node = node;
        _options = options.Value;
        _time = time;
        _logger = logger;
        _nextFullSweep = After(_options.CleanupInterval);

        // Connections end before hosted services stop, and clients that reconnect at once still reach the dying server.
        _stopping = lifetime.ApplicationStopping.Register(static state => ((PresenceNode)state!).Drain(), node);
        store.LeaseRegained += scanner.ReassertAll;
        store.WorkPending += Wake;
    }

    /// <summary>How often the lease is renewed: also often enough to learn of every deadline before it is due.</summary>
    private TimeSpan RenewalInterval => TimeSpan.FromTicks(Math.Min(_options.NodeHeartbeatInterval.Ticks, _options.PresenceTimeout.Ticks / 2));

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await RunOnceAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        _node.Drain();
        await base.StopAsync(cancellationToken);
        _graces.Clear();
        try
        {
            await _store.ReleaseNodeAsync(cancellationToken);
            await _callbacks.WhenIdleAsync(cancellationToken);
        }
        catch (Exception e)
        {
            TrackingLog.HandOverFailed(_logger, new LoggedException(e));
        }
    }

    public override void Dispose()
    {
        _stopping.Dispose();
        _store.LeaseRegained -= _scanner.ReassertAll;
        _store.WorkPending -= Wake;
        _wake.Dispose();
        base.Dispose();
    }

    /// <summary>Does what is due.</summary>
    /// <returns>How long until something is due again.</returns>
    public async Task<TimeSpan> RunOnceAsync(CancellationToken cancellationToken)
    {
        try
        {
            // First the own lease: after a pause of this process its own entries must not be what it sweeps.
            await RenewAsync(cancellationToken);
            await SweepAsync(cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            TrackingLog.SweepFailed(_logger, RetryInterval, new LoggedException(e));
            return RetryInterval;
        }

        var due = Math.Min(Math.Min(_nextRenewal, _nextFullSweep), _nextSweep);
        var now = _time.GetTimestamp();
        return due <= now ? TimeSpan.Zero : _time.GetElapsedTime(now, due);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            var scanning = _scanner.RunAsync(stoppingToken);
            while (!stoppingToken.IsCancellationRequested)
            {
                var delay = await RunOnceAsync(stoppingToken);
                await WaitAsync(delay < ShortestDelay ? ShortestDelay : delay, stoppingToken);
            }

            await scanning;
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    /// <summary>Waits until something is due, or until the store says that it has something.</summary>
    private async Task WaitAsync(TimeSpan delay, CancellationToken stoppingToken)
    {
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        var woken = _wake.WaitAsync(waiting.Token);
        if (await Task.WhenAny(woken, Task.Delay(delay, _time, waiting.Token)) == woken && woken.IsCompletedSuccessfully)
        {
            _nextSweep = long.MinValue;
        }

        await waiting.CancelAsync();
        stoppingToken.ThrowIfCancellationRequested();
    }

    private void Wake()
    {
        try
        {
            if (_wake.CurrentCount == 0)
            {
                _wake.Release();
            }
        }
        catch (Exception e) when (e is SemaphoreFullException or ObjectDisposedException)
        {
            // Woken already by somebody else, or the host has stopped.
        }
    }

    private async Task RenewAsync(CancellationToken cancellationToken)
    {
        if (_time.GetTimestamp() >= _nextRenewal)
        {
            var (_, nextExpiry) = await _store.RenewLeaseAsync(cancellationToken);
            _nextRenewal = After(RenewalInterval);
            _nextSweep = nextExpiry is { } expiry ? After(expiry) : long.MaxValue;
        }
    }

    private async Task SweepAsync(CancellationToken cancellationToken)
    {
        var now = _time.GetTimestamp();
        var full = now >= _nextFullSweep;
        if (!full && now < _nextSweep)
        {
            return;
        }

        await _store.SweepAsync(full, cancellationToken);
        _nextFullSweep = full ? After(_options.CleanupInterval) : _nextFullSweep;

        // What runs out next is known after a renewal.
        _nextRenewal = long.MinValue;
        await RenewAsync(cancellationToken);
    }

    private long After(TimeSpan delay) => _time.GetTimestamp() + (long)(delay.TotalSeconds * _time.TimestampFrequency);
}
