namespace Djust.Presence;

/// <summary>
/// What one connection's hub calls may ask of the node, beyond the number of its messages: changes of meta, turns (to enter a group, to be told
/// a whole state) and refusals. Safe for use by several threads.
/// </summary>
internal sealed class ConnectionLimits(HubLimits limits)
{
    /// <summary>How many presences of a whole state cost as much as a turn.</summary>
    private const int PresencesPerTurn = 100;

    /// <summary>The longest wait without looking again whether the node is still overloaded.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(1);

    /// <summary>Less than this is owed by rounding only.</summary>
    private const double Paid = 1e-6;

    private readonly Lock _gate = new();
    private TokenBucket _updates;
    private TokenBucket _turns;
    private TokenBucket _refusals;

    public TimeProvider Time => limits.Time;

    /// <summary>Takes a change of meta, if one may be made now.</summary>
    public bool TryUpdate()
    {
        lock (_gate)
        {
            return _updates.TryTake(limits.Updates, Time.GetTimestamp(), Time);
        }
    }

    /// <summary>Waits for a turn to enter a group or to be told a state. The calls of a connection follow each other, so the client waits with it.</summary>
    public Task TurnAsync(CancellationToken cancellationToken) => Take(ref _turns, limits.Turns) ? Task.CompletedTask : WaitAsync(isTurn: true, cancellationToken);

    /// <summary>Notes what a state costs that the connection is told: turns that it waits for later.</summary>
    /// <param name="presences">How many presences are told.</param>
    public void Told(int presences)
    {
        lock (_gate)
        {
            _turns.Spend(presences / PresencesPerTurn);
        }
    }

    /// <summary>Waits before a refusal is told: an exception costs the server more than the call cost the client.</summary>
    public Task RefusalAsync(CancellationToken cancellationToken) => Take(ref _refusals, limits.Refusals) ? Task.CompletedTask : WaitAsync(isTurn: false, cancellationToken);

    private bool Take(ref TokenBucket bucket, Rate rate)
    {
        lock (_gate)
        {
            return bucket.Owe(rate, Time.GetTimestamp(), Time) == TimeSpan.Zero;
        }
    }

    /// <summary>Until what is owed is paid. Whoever waits is over a limit: on an overloaded node it waits longer.</summary>
    private async Task WaitAsync(bool isTurn, CancellationToken cancellationToken)
    {
        while (Wait(isTurn) is { Ticks: > 0 } wait)
        {
            limits.Intake.Watch();
            await Task.Delay(wait < LongestWait ? wait : LongestWait, Time, cancellationToken);
        }
    }

    private TimeSpan Wait(bool isTurn)
    {
        lock (_gate)
        {
            ref var bucket = ref (isTurn ? ref _turns : ref _refusals);
            var rate = limits.Lessened(isTurn ? limits.Turns : limits.Refusals);
            var owed = -bucket.Left(rate, Time.GetTimestamp(), Time);
            return owed < Paid ? TimeSpan.Zero : TimeSpan.FromSeconds(owed / rate.PerSecond);
        }
    }
}
