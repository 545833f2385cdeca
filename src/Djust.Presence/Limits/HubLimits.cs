using Microsoft.Extensions.Options;

namespace Djust.Presence;

/// <summary>The limits of this node's connections, from the options, and what they share.</summary>
internal sealed class HubLimits : IDisposable
{
    /// <summary>How many seconds' worth of messages may come at once: a client sends what its page has gathered while it was busy.</summary>
    public const double BurstSeconds = 0.2;

    /// <summary>How many connections' worth of messages a user may send over all connections.</summary>
    public const int ConnectionsWorth = 4;

    /// <summary>For how long a connection may send more than it may without a pause before it is ended.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly PresenceMetrics _metrics;
    private readonly ILogger<HubLimits> _logger;
    private readonly RareLog _log;
    private readonly int _messagesPerSecond;

    public HubLimits(IOptions<PresenceOptions> options, TimeProvider time, PresenceMetrics metrics, ILogger<HubLimits> logger)
    {
        var value = options.Value;
        (Time, _metrics, _logger, _messagesPerSecond) = (time, metrics, logger, value.MessagesPerSecond);
        _log = new RareLog(time);
        Messages = Rate.Of(value.MessagesPerSecond, BurstSeconds);
        UserMessages = Rate.Of((double)value.MessagesPerSecond * ConnectionsWorth, BurstSeconds);
        Updates = new Rate(value.UpdatesPerSecond, value.UpdatesPerSecond);
        Turns = new Rate(value.UpdatesPerSecond, value.UpdatesPerSecond + value.MaxGroupsPerConnection);
        Refusals = new Rate(2 * value.UpdatesPerSecond, 2 * value.UpdatesPerSecond);
        Intake = new NodeIntake(time, value.MessagesPerSecond);
        Users = new UserLimitsRegistry(this);
    }

    public TimeProvider Time { get; }

    /// <summary>Messages of one connection.</summary>
    public Rate Messages { get; }

    /// <summary>Messages of all of a user's connections.</summary>
    public Rate UserMessages { get; }

    /// <summary>Changes of meta by one connection.</summary>
    public Rate Updates { get; }

    /// <summary>Entries into groups and whole states for one connection: enough at once to enter every group that it may be in.</summary>
    public Rate Turns { get; }

    /// <summary>Refused calls of one connection.</summary>
    public Rate Refusals { get; }

    public NodeIntake Intake { get; }

    public UserLimitsRegistry Users { get; }

    /// <summary>A rate as it is for those who are over it while the node is overloaded.</summary>
    public Rate Lessened(Rate rate) => rate with { PerSecond = rate.PerSecond * Intake.PerSecond / Messages.PerSecond };

    public void Dispose() => Intake.Dispose();

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
