using Microsoft.Extensions.Options;

namespace Djust.Presence;

/// <summary>Says at start what is wrong with the options, all of it at once.</summary>
internal sealed class PresenceOptionsValidator : IValidateOptions<PresenceOptions>
{
    /// <summary>The longest period that timers take: 2^32 - 2 milliseconds.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(uint.MaxValue - 1);

    /// <summary>Half of what JSON readers take by default: the meta stands inside of messages.</summary>
    private const int MaxJsonDepth = 32;

    public ValidateOptionsResult Validate(string? name, PresenceOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var failures = new List<string>();
        Period(options.HeartbeatInterval, nameof(options.HeartbeatInterval));
        Period(options.PresenceTimeout, nameof(options.PresenceTimeout));
        Period(options.CleanupInterval, nameof(options.CleanupInterval));
        Period(options.NodeHeartbeatInterval, nameof(options.NodeHeartbeatInterval));
        Period(options.NodeTimeout, nameof(options.NodeTimeout));
        Period(options.CursorTimeout, nameof(options.CursorTimeout));
        Period(options.BroadcastInterval, nameof(options.BroadcastInterval));
        Check(options.BroadcastInterval <= TimeSpan.FromMinutes(1), $"{nameof(options.BroadcastInterval)} is {options.BroadcastInterval}; at most one minute is allowed.");
        Check(options.LeaveGracePeriod >= TimeSpan.Zero && options.LeaveGracePeriod <= Longest, $"{nameof(options.LeaveGracePeriod)} is {options.LeaveGracePeriod}; it must be zero or more, and at most 49 days.");
        Twice(options.PresenceTimeout, nameof(options.PresenceTimeout), options.HeartbeatInterval, nameof(options.HeartbeatInterval));
        Twice(options.NodeTimeout, nameof(options.NodeTimeout), options.NodeHeartbeatInterval, nameof(options.NodeHeartbeatInterval));
        AtLeast(1, options.CursorMovesPerSecond, nameof(options.CursorMovesPerSecond));
        AtLeast(1, options.UpdatesPerSecond, nameof(options.UpdatesPerSecond));
        Check(options.MessagesPerSecond >= options.CursorMovesPerSecond, $"{nameof(options.MessagesPerSecond)} is {options.MessagesPerSecond}; it must be at least {nameof(options.CursorMovesPerSecond)} ({options.CursorMovesPerSecond}), since each move is a message. Raise {nameof(options.MessagesPerSecond)} or lower {nameof(options.CursorMovesPerSecond)}.");
        AtLeast(1, options.MaxKeyLength, nameof(options.MaxKeyLength));
        AtLeast(1, options.MaxUserIdLength, nameof(options.MaxUserIdLength));
        AtLeast(2, options.MaxMetaBytes, nameof(options.MaxMetaBytes));
        Check(options.MaxMetaDepth is >= 1 and <= MaxJsonDepth, $"{nameof(options.MaxMetaDepth)} is {options.MaxMetaDepth}; it must be 1 to {MaxJsonDepth}.");
        AtLeast(1, options.MaxGroupsPerConnection, nameof(options.MaxGroupsPerConnection));
        AtLeast(1, options.MaxConnectionsPerUser, nameof(options.MaxConnectionsPerUser));
        AtLeast(1, options.MaxPresencesSent, nameof(options.MaxPresencesSent));
        AtLeast(1, options.MaxAudiencesPerGroup, nameof(options.MaxAudiencesPerGroup));
        Check(IsToken(options.VisitorCookieName), $"{nameof(options.VisitorCookieName)} is \"{options.VisitorCookieName}\"; it must have letters, digits and . _ - only, and at least one.");
        foreach (var entry in options.AllowedOrigins)
        {
            var fault = OriginPolicy.Fault(entry);
            Check(fault is null, $"{nameof(options.AllowedOrigins)} has \"{entry}\": {fault}");
        }

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

        void AtLeast(int least, int value, string option) => Check(value >= least, $"{option} is {value}; it must be at least {least}.");

        void Twice(TimeSpan timeout, string timeoutName, TimeSpan interval, string intervalName) =>
            Check(timeout.Ticks / 2 >= interval.Ticks, $"{timeoutName} ({timeout}) must be at least twice {intervalName} ({interval}), or a single lost heartbeat makes people leave. Raise {timeoutName} or lower {intervalName}.");
    }

    private static bool IsToken(string? name) =>
        !string.IsNullOrEmpty(name) && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-');
}
