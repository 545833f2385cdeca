namespace Djust.Presence;

/// <content>Changes of meta, and what becomes of those that come faster than they may.</content>
internal sealed partial class PresenceTracker
{
    private TimeSpan Turn => TimeSpan.FromSeconds(1.0 / store.Options.UpdatesPerSecond);

    /// <summary>Replaces the meta that the connection tracks with: now, or, where it changes faster than it may, the newest one later.</summary>
    /// <returns>Whether it was made; if not, it waits.</returns>
    public Task<bool> UpdateAsync(LocalConnection connection, string key, PresenceMeta meta) => InGateAsync(connection, async () =>
    {
        var membership = Tracked(connection, key);
        if (membership.NextMeta is not null)
        {
            membership.NextMeta = meta;
            return false;
        }

        var (delay, mayUpdate) = NextUpdate(connection, membership);
        if (delay > TimeSpan.Zero)
        {
            membership.NextMeta = meta;
            _ = UpdateLaterAsync(connection, membership, delay, mayUpdate);
            return false;
        }

        return await UpdateAsync(connection, membership, meta) ? true : throw NotTracked(key);
    });

    /// <summary>Waits until the room may tell another change, where tracking is one: of a connection that tracks the group already, or has left one and may go back and forth.</summary>
    public async Task TurnToChangeAsync(LocalConnection connection, string key, CancellationToken cancellationToken)
    {
        if (connection.Find(key) is { IsTracked: true } || connection.HasUntracked)
        {
            // No longer in any case: the client's next calls, and signs of life behind them, wait with it.
            var wait = rooms.Find(key) is { } room ? room.ReserveUpdate() ?? Room.LongestQueue : TimeSpan.Zero;
            if (wait > TimeSpan.Zero)
            {
                await connection.Limits.DelayAsync(wait, cancellationToken);
            }
        }
    }

    /// <summary>How long until a change may be made, zero for now, and whether it may be then or has to be asked for anew.</summary>
    private (TimeSpan Delay, bool MayUpdate) NextUpdate(LocalConnection connection, Membership membership) =>
        !connection.Limits.TryUpdate() ? (Turn, false)
        : membership.Room.ReserveUpdate() is { } wait ? (wait, true)
        : (Room.LongestQueue, false);

    /// <returns>Whether the entry has it; not where the application has removed the user meanwhile.</returns>
    private async Task<bool> UpdateAsync(LocalConnection connection, Membership membership, PresenceMeta meta)
    {
        var join = membership.Join! with { Meta = meta };
        var commit = await store.UpdateAsync(join.Key, join.UserId, PresenceTarget.Of(join.Entry), meta);
        membership.Join = join;
        if (commit.Outcome != PresenceOutcome.NotFound)
        {
            return true;
        }

        node.ThrowIfDraining();
        var (wasLost, _) = await store.RenewLeaseAsync(CancellationToken.None);
        if (membership.Lapsed || wasLost || connection.NeedsReassert)
        {
            // Taken out for want of a sign of life, which this is, or swept while this process was paused.
            await JoinAsync(connection, membership, join);
            return true;
        }

        membership.Member.Watch();
        membership.Room.Wake();
        await ChangeGroupAsync(connection, join.Key, add: false);
        return false;
    }

    /// <summary>Makes the newest of the changes that wait, once one may be made; again, where the store did not take it.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="membership">Its part in the group.</param>
    /// <param name="delay">How long to wait first.</param>
    /// <param name="mayUpdate">Whether one may be made then; else it is asked for anew.</param>
    private async Task UpdateLaterAsync(LocalConnection connection, Membership membership, TimeSpan delay, bool mayUpdate)
    {
        while (delay > TimeSpan.Zero)
        {
            await Task.Delay(delay, connection.Limits.Time);
            try
            {
                (delay, mayUpdate) = await InGateAsync(connection, () => TryUpdateAsync(connection, membership, mayUpdate));
            }
            catch (Exception e)
            {
                LimitLog.UpdateFailed(logger, new LogId(membership.Room.Key), store.Options.NodeHeartbeatInterval, new LoggedException(e));
                delay = store.Options.NodeHeartbeatInterval;
            }
        }
    }

    /// <returns>How long to wait for the next try, zero where nothing waits any more, and whether the change may be made then.</returns>
    private async Task<(TimeSpan Delay, bool MayUpdate)> TryUpdateAsync(LocalConnection connection, Membership membership, bool mayUpdate)
    {
        if (membership.NextMeta is not { } meta)
        {
            return default;
        }

        if (connection.Find(membership.Room.Key) != membership || membership.Join is not { } join || !(membership.IsTracked || membership.Lapsed))
        {
            // It has left, or was taken out. Who tracks the group now, under the same entry, has a meta of their own.
            membership.NextMeta = null;
            return default;
        }

        if (membership.Lapsed)
        {
            // No sign of life: it is there when the client gives one.
            (membership.Join, membership.NextMeta) = (join with { Meta = meta }, null);
            return default;
        }

        if (!mayUpdate && NextUpdate(connection, membership) is { Delay.Ticks: > 0 } next)
        {
            return next;
        }

        // A newer one cannot come meanwhile: that takes its turn after this.
        await UpdateAsync(connection, membership, meta);
        membership.NextMeta = null;
        return default;
    }
}
