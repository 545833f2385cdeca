using Microsoft.Extensions.Options;

namespace Djust.Presence;

/// <summary>The limits of this node's connections, from the options, and what they share.</summary>
internal sealed class HubLimits
{
    /// <summary>How many seconds' worth of messages may come at once: a client sends what its page has gathered while it was busy.</summary>
    public const double BurstSeconds = 0.2;

    /// <summary>How many connections' worth of messages a user may send over all connections.</summary>
    public const int ConnectionsWorth = 4;

    /// <summary>How many presences a second this node tells in states that were asked for: some 25 MB. Each connection asks for one at a time, so nobody waits for long.</summary>
    private static readonly Rate NodeStates = Rate.Of(150_000, 0.1);

    /// <summary>For how long a connection may send more than it may without a pause before it is ended.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly PresenceMetrics _metrics;
    private readonly ILogger<HubLimits> _logger;
    private readonly RareLog _log;
    private readonly int _messagesPerSecond;
    private readonly Rate _turns;
    private readonly Rate _states;
    private readonly Rate _refusals;
    private readonly Lock _statesGate = new();
    private TokenBucket _nodeStates;

    public HubLimits(IOptions<PresenceOptions> options, TimeProvider time, NodeIntake intake, PresenceMetrics metrics, ILogger<HubLimits> logger)
    {
        var value = options.Value;
        (Time, _metrics, _logger, _messagesPerSecond) = (time, metrics, logger, value.MessagesPerSecond);
        _log = new RareLog(time);
        Messages = Rate.Of(value.MessagesPerSecond, BurstSeconds);
        UserMessages = Rate.Of((double)value.MessagesPerSecond * ConnectionsWorth, BurstSeconds);
        Updates = new Rate(value.UpdatesPerSecond, value.UpdatesPerSecond);
        _turns = new Rate(value.UpdatesPerSecond, value.UpdatesPerSecond + value.MaxGroupsPerConnection);
        _states = Rate.Of(value.MaxPresencesSent, 0.5);
        _refusals = new Rate(2 * value.UpdatesPerSecond, 2 * value.UpdatesPerSecond);
        Intake = intake;
        Users = new UserLimitsRegistry(this);
    }

    public TimeProvider Time { get; }

    /// <summary>Messages of one connection.</summary>
    public Rate Messages { get; }

    /// <summary>Messages of all of a user's connections.</summary>
    public Rate UserMessages { get; }

    /// <summary>Changes of meta by one connection.</summary>
    public Rate Updates { get; }

    public NodeIntake Intake { get; }

    public UserLimitsRegistry Users { get; }

    /// <summary>What one connection may have: entries into groups, enough at once to enter every group that it may be in; the largest state once a second.</summary>
    public Rate Of(Allowance allowance) => allowance switch
    {
        Allowance.Turns => _turns,
        Allowance.States => _states,
        _ => _refusals,
    };

    /// <summary>Takes the node's next turn to tell a state that was asked for.</summary>
    /// <param name="presences">How many presences it tells.</param>
    /// <returns>How long until that turn.</returns>
    public TimeSpan ReserveState(int presences)
    {
        lock (_statesGate)
        {
            var left = _nodeStates.Left(NodeStates, Time.GetTimestamp(), Time);
            _nodeStates.Spend(presences);
            return left >= 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(-left / NodeStates.PerSecond);
        }
    }

    /// <summary>A rate as it is for those who are over it while the node is overloaded.</summary>
    public Rate Lessened(Rate rate) => rate with { PerSecond = rate.PerSecond * Intake.Lessening };

    /// <summary>A connection is ended for its flood.</summary>
    public void Aborted()
    {
        _metrics.ConnectionAborted();
        if (_log.MayLog(out var unlogged))
        {
            LimitLog.Aborted(_logger, Patience, _messagesPerSecond, unlogged);
        }
    }
}
