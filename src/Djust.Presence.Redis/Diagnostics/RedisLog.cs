namespace Djust.Presence;

internal static partial class RedisLog
{
    [LoggerMessage(100, LogLevel.Warning, "Redis at {Endpoints} counts as away: {Reason}. Presence serves what it knows last, keeps what happens here, and tells Redis when it is back.")]
    public static partial void Away(ILogger logger, string endpoints, string reason);

    [LoggerMessage(101, LogLevel.Information, "Redis at {Endpoints} is back after {Away}; it was told {Entries} entries of this node.")]
    public static partial void Back(ILogger logger, string endpoints, TimeSpan away, int entries);

    [LoggerMessage(102, LogLevel.Warning, "Redis has lost its memory. This node tells it what there was, and anew what it holds; what other nodes held lives on until they have told it themselves, for no longer than a lease.")]
    public static partial void MemoryLost(ILogger logger);

    [LoggerMessage(103, LogLevel.Warning, "Something in Redis under the prefix \"{Prefix}\" is not presence's and is skipped ({What}). This is said once; the meter counts the rest.")]
    public static partial void Garbage(ILogger logger, string prefix, string what);

    [LoggerMessage(104, LogLevel.Error, "Redis at {Endpoints} has version {Version}; presence needs 7.0 or newer.")]
    public static partial void TooOld(ILogger logger, string endpoints, string version);

    [LoggerMessage(105, LogLevel.Error, "Telling Redis what this node holds failed ({Reason}); it is tried again.")]
    public static partial void RecoveryFailed(ILogger logger, string reason, LoggedException exception);

    [LoggerMessage(106, LogLevel.Debug, "A round of telling Redis what this node holds did not end; it is tried again.")]
    public static partial void StillAway(ILogger logger, LoggedException exception);

    [LoggerMessage(107, LogLevel.Error, "Following group {Group} failed ({Reason}); it is tried again with the next message.")]
    public static partial void FeedFailed(ILogger logger, LogId group, string reason, LoggedException exception);
}
