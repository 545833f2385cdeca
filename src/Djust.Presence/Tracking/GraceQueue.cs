using System.Collections.Concurrent;

namespace Djust.Presence;

/// <summary>
/// Connections that have ended and whose user is still held. When the grace is over the entry leaves; whether it is still that entry is for
/// the store to say, since the user may have come back through any node.
/// </summary>
internal sealed class GraceQueue(PresenceStore store, TimeProvider time, ILogger<GraceQueue> logger)
{
    private readonly ConcurrentDictionary<(string Key, PresenceEntryId Entry), Hold> _holds = new();

    private PresenceStore Store => store;

    private ILogger Logger => logger;

    /// <summary>How many entries are held; for tests and diagnostics.</summary>
    internal int Count => _holds.Count;

    public void Add(string key, string userId, PresenceEntryId entry, TimeSpan delay)
    {
        var hold = new Hold(this, key, userId, entry);
        _holds[(key, entry)] = hold;
        using (ExecutionContext.SuppressFlow())
        {
            hold.Timer = time.CreateTimer(static state => _ = ((Hold)state!).EndAsync(PresenceChangeReason.Disconnected), hold, delay, Timeout.InfiniteTimeSpan);
        }

        if (!_holds.ContainsKey((key, entry)))
        {
            // Ended before the timer was there to be stopped.
            hold.Timer.Dispose();
        }
    }

    /// <summary>Ends a hold now.</summary>
    /// <returns>Whether there was one.</returns>
    public async ValueTask<bool> EndAsync(string key, PresenceEntryId entry)
    {
        if (!_holds.TryGetValue((key, entry), out var hold))
        {
            return false;
        }

        await hold.EndAsync(PresenceChangeReason.Requested);
        return true;
    }

    /// <summary>Forgets all holds: whoever calls it ends the entries in another way.</summary>
    public void Clear()
    {
        foreach (var key in _holds.Keys)
        {
            if (_holds.TryRemove(key, out var hold))
            {
                hold.Timer?.Dispose();
            }
        }
    }

    private sealed class Hold(GraceQueue queue, string key, string userId, PresenceEntryId entry)
    {
        public ITimer? Timer { get; set; }

        public async Task EndAsync(PresenceChangeReason reason)
        {
            if (!queue._holds.TryRemove(KeyValuePair.Create((key, entry), this)))
            {
                return;
            }

            Timer?.Dispose();
            try
            {
                await queue.Store.LeaveAsync(key, userId, PresenceTarget.Of(entry), reason);
            }
            catch (Exception e)
            {
                var delay = queue.Store.Options.NodeHeartbeatInterval;
                TrackingLog.LeaveFailed(queue.Logger, new LogId(userId), new LogId(key), delay, new LoggedException(e));
                queue.Add(key, userId, entry, delay);
            }
        }
    }
}
