namespace Djust.Presence;

/// <content>Changes of meta, and what becomes of those that come faster than they may.</content>
internal sealed partial class PresenceTracker
{
    /// <summary>Replaces the meta that the connection tracks with: now, or, where it changes faster than it may, the newest one later.</summary>
    /// <returns>Whether it was made; if not, it waits.</returns>
    public Task<bool> UpdateAsync(LocalConnection connection, string key, PresenceMeta meta) => InGateAsync(connection, async () =>
    {
        var membership = Tracked(connection, key);
        var waits = membership.NextMeta is not null;
        if (waits || !MayUpdate(connection, membership))
        {
            membership.NextMeta = meta;
            if (!waits)
            {
                _ = UpdateLaterAsync(connection, membership);
            }

            return false;
        }

        return await UpdateAsync(connection, membership, meta) ? true : throw NotTracked(key);
    });

    /// <summary>Waits, where the connection tracks the group already, until the room may tell another change: tracking anew is one too.</summary>
    public async Task TurnToChangeAsync(LocalConnection connection, string key, CancellationToken cancellationToken)
    {
        while (connection.Find(key) is { IsTracked: true } membership && !membership.Room.TryUpdate() && !cancellationToken.IsCancellationRequested)
        {
            await connection.Limits.DelayAsync(TurnIn(membership.Room), cancellationToken);
        }
    }

    private static bool MayUpdate(LocalConnection connection, Membership membership) => connection.Limits.TryUpdate() && membership.Room.TryUpdate();

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
    private async Task UpdateLaterAsync(LocalConnection connection, Membership membership)
    {
        var (waits, delay) = (true, TurnIn(membership.Room));
        while (waits)
        {
            await Task.Delay(delay, connection.Limits.Time);
            try
            {
                delay = TurnIn(membership.Room);
                await InGateAsync(connection, async () => waits = !await TryUpdateAsync(connection, membership));
            }
            catch (Exception e)
            {
                LimitLog.UpdateFailed(logger, new LogId(membership.Room.Key), store.Options.NodeHeartbeatInterval, new LoggedException(e));
                delay = store.Options.NodeHeartbeatInterval;
            }
        }
    }

    /// <summary>How long until it is worth trying again: in a large room many wait for the same turns.</summary>
    private TimeSpan TurnIn(Room room) => TimeSpan.FromSeconds((1.0 + (room.Size / 100)) / store.Options.UpdatesPerSecond);

    /// <returns>Whether nothing waits any more.</returns>
    private async Task<bool> TryUpdateAsync(LocalConnection connection, Membership membership)
    {
        if (membership.NextMeta is not { } meta)
        {
            return true;
        }

        if (connection.Find(membership.Room.Key) != membership || membership.Join is not { } join || !(membership.IsTracked || membership.Lapsed))
        {
            // It has left, or was taken out. Who tracks the group now, under the same entry, has a meta of their own.
            membership.NextMeta = null;
            return true;
        }

        if (membership.Lapsed)
        {
            // No sign of life: it is there when the client gives one.
            (membership.Join, membership.NextMeta) = (join with { Meta = meta }, null);
            return true;
        }

        if (!MayUpdate(connection, membership))
        {
            return false;
        }

        // A newer one cannot come meanwhile: that takes its turn after this.
        await UpdateAsync(connection, membership, meta);
        membership.NextMeta = null;
        return true;
    }
}
