namespace Djust.Presence;

/// <summary>
/// What one connection's hub calls may ask of the node, beyond the number of its messages: changes of meta, turns (to enter a group, to be told
/// a whole state) and refusals. Safe for use by several threads.
/// </summary>
internal sealed class ConnectionLimits(HubLimits limits)
{
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
    public Task TurnAsync(CancellationToken cancellationToken) => WaitAsync(ref _turns, limits.Turns, cancellationToken);

    /// <summary>Waits before a refusal is told: an exception costs the server more than the call cost the client.</summary>
    public Task RefusalAsync(CancellationToken cancellationToken) => WaitAsync(ref _refusals, limits.Refusals, cancellationToken);

    private Task WaitAsync(ref TokenBucket bucket, Rate rate, CancellationToken cancellationToken)
    {
        TimeSpan wait;
        lock (_gate)
        {
            wait = bucket.Owe(rate, Time.GetTimestamp(), Time);
        }

        return wait == TimeSpan.Zero ? Task.CompletedTask : Task.Delay(wait, Time, cancellationToken);
    }
}
