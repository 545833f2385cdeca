namespace Djust.Presence;

/// <summary>
/// What one connection's hub calls may ask of the node, beyond the number of its messages: changes of meta, turns to enter groups,
/// whole states and refusals. Safe for use by several threads.
/// </summary>
internal sealed class ConnectionLimits(HubLimits limits)
{
    /// <summary>How many presences of a state cost as much as a turn.</summary>
    private const int PresencesPerTurn = 100;

    /// <summary>The longest wait without looking again whether the node is still overloaded.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(1);

    /// <summary>Less than this is owed by rounding only.</summary>
    private const double Paid = 1e-6;

    private readonly Lock _gate = new();
    private TokenBucket _updates;
    private TokenBucket _turns;
    private TokenBucket _states;
    private TokenBucket _refusals;

    public TimeProvider Time => limits.Time;

    /// <summary>Takes a change of meta, if one may be made now.</summary>
    public bool TryUpdate()
    {
        lock (_gate)
        {
            if (_updates.TryTake(limits.Lessened(limits.Updates), Time.GetTimestamp(), Time))
            {
                return true;
            }
        }

        limits.Intake.Watch();
        return false;
    }

    /// <summary>Waits for a turn to enter a group. The calls of a connection follow each other, so the client waits with it.</summary>
    public Task TurnAsync(CancellationToken cancellationToken) => TakeAsync(Allowance.Turns, cancellationToken);

    /// <summary>Notes what the state costs that follows an entry: turns that the connection waits for later.</summary>
    /// <param name="presences">How many presences it tells.</param>
    public void Told(int presences) => Spend(Allowance.Turns, presences / PresencesPerTurn);

    /// <summary>Waits until the connection may ask for a whole state, and the node may tell one: answers that are on their way are memory.</summary>
    /// <param name="presences">How many presences it tells.</param>
    /// <param name="cancellationToken">The connection has ended.</param>
    public async Task StateAsync(int presences, CancellationToken cancellationToken)
    {
        await TakeAsync(Allowance.States, cancellationToken);
        Spend(Allowance.States, presences);
        var wait = limits.ReserveState(presences);
        if (wait > TimeSpan.Zero)
        {
            await DelayAsync(wait, cancellationToken);
        }
    }

    /// <summary>Waits before a refusal is told: an exception costs the server more than the call cost the client.</summary>
    public Task RefusalAsync(CancellationToken cancellationToken) => TakeAsync(Allowance.Refusals, cancellationToken);

    /// <summary>Waits, on an overloaded node, before it is told that a change has to wait: hundreds that answer each of those have no time for others.</summary>
    public Task PutOffAsync(CancellationToken cancellationToken) =>
        limits.Intake.Lessening < 1 ? TakeAsync(Allowance.Refusals, cancellationToken) : Task.CompletedTask;

    private Task TakeAsync(Allowance allowance, CancellationToken cancellationToken) =>
        Spend(allowance, 1) == TimeSpan.Zero ? Task.CompletedTask : WaitAsync(allowance, cancellationToken);

    /// <summary>Until what is owed is paid. Whoever waits is over a limit: on an overloaded node it waits longer.</summary>
    private async Task WaitAsync(Allowance allowance, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested && Spend(allowance, 0) is { Ticks: > 0 } wait)
        {
            limits.Intake.Watch();
            await DelayAsync(wait < LongestWait ? wait : LongestWait, cancellationToken);
        }
    }

    /// <summary>A wait that the connection's end cuts short is no failure: SignalR would log each with its stack, and hostile clients end many.</summary>
    public async Task DelayAsync(TimeSpan delay, CancellationToken cancellationToken) =>
        await Task.Delay(delay, Time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    /// <returns>How long until that is paid.</returns>
    private TimeSpan Spend(Allowance allowance, int count)
    {
        lock (_gate)
        {
            ref var bucket = ref _refusals;
            switch (allowance)
            {
                case Allowance.Turns:
                    bucket = ref _turns;
                    break;
                case Allowance.States:
                    bucket = ref _states;
                    break;
            }

            var rate = limits.Lessened(limits.Of(allowance));
            var owed = count - bucket.Left(rate, Time.GetTimestamp(), Time);
            bucket.Spend(count);
            return owed < Paid ? TimeSpan.Zero : TimeSpan.FromSeconds(owed / rate.PerSecond);
        }
    }
}
