namespace Djust.Presence;

internal static partial class LimitLog
{
    [LoggerMessage(70, LogLevel.Warning, "A connection was ended: for {Patience} it sent more than {MessagesPerSecond} messages a second (PresenceOptions.MessagesPerSecond). {Unlogged} others were before it that were not logged.")]
    public static partial void Aborted(ILogger logger, TimeSpan patience, int messagesPerSecond, long unlogged);

    [LoggerMessage(71, LogLevel.Warning, "A change of meta in {Group} that had to wait for its turn was not taken by the store. It is tried again in {Delay}.")]
    public static partial void UpdateFailed(ILogger logger, LogId group, TimeSpan delay, LoggedException exception);
}
