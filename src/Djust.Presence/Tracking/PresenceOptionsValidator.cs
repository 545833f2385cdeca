using Microsoft.Extensions.Options;

namespace Djust.Presence;

/// <summary>Says at start what is wrong with the options, all of it at once.</summary>
internal sealed class PresenceOptionsValidator : IValidateOptions<PresenceOptions>
{
    /// <summary>The longest period that timers take: 2^32 - 2 milliseconds.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(uint.MaxValue - 1);

    public ValidateOptionsResult Validate(string? name, PresenceOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var failures = new List<string>();
        Period(options.HeartbeatInterval, nameof(options.HeartbeatInterval));
        Period(options.PresenceTimeout, nameof(options.PresenceTimeout));
        Period(options.CleanupInterval, nameof(options.CleanupInterval));
        Period(options.NodeHeartbeatInterval, nameof(options.NodeHeartbeatInterval));
        Period(options.NodeTimeout, nameof(options.NodeTimeout));
        Period(options.BroadcastInterval, nameof(options.BroadcastInterval));
        Check(options.LeaveGracePeriod >= TimeSpan.Zero && options.LeaveGracePeriod <= Longest, $"{nameof(options.LeaveGracePeriod)} is {options.LeaveGracePeriod}; it must be zero or more, and at most 49 days.");
        Twice(options.PresenceTimeout, nameof(options.PresenceTimeout), options.HeartbeatInterval, nameof(options.HeartbeatInterval));
        Twice(options.NodeTimeout, nameof(options.NodeTimeout), options.NodeHeartbeatInterval, nameof(options.NodeHeartbeatInterval));
        Positive(options.MaxKeyLength, nameof(options.MaxKeyLength));
        Positive(options.MaxUserIdLength, nameof(options.MaxUserIdLength));
        Positive(options.MaxMetaBytes - 1, nameof(options.MaxMetaBytes));
        Positive(options.MaxMetaDepth, nameof(options.MaxMetaDepth));
        Positive(options.MaxGroupsPerConnection, nameof(options.MaxGroupsPerConnection));
        Positive(options.MaxConnectionsPerUser, nameof(options.MaxConnectionsPerUser));
        Positive(options.MaxPresencesSent, nameof(options.MaxPresencesSent));
        Check(!string.IsNullOrWhiteSpace(options.VisitorCookieName), $"{nameof(options.VisitorCookieName)} is empty.");
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);

        void Check(bool condition, string failure)
        {
            if (!condition)
            {
                failures.Add(failure);
            }
        }

        void Period(TimeSpan value, string option) =>
            Check(value > TimeSpan.Zero && value <= Longest, $"{option} is {value}; it must be more than zero and at most 49 days.");

        void Positive(int value, string option) => Check(value > 0, $"{option} is too small.");

        void Twice(TimeSpan timeout, string timeoutName, TimeSpan interval, string intervalName) =>
            Check(timeout.Ticks / 2 >= interval.Ticks, $"{timeoutName} ({timeout}) must be at least twice {intervalName} ({interval}), or a single lost heartbeat makes people leave. Raise {timeoutName} or lower {intervalName}.");
    }
}
