namespace Djust.Presence;

/// <summary>
/// What connections do: track, update, untrack, watch, end. Keys, user ids and metas arrive checked, and rights granted.
/// </summary>
internal sealed partial class PresenceTracker(
    PresenceStore store,
    PresenceNode node,
    RoomRegistry rooms,
    GraceQueue graces,
    ILogger<PresenceTracker> logger)
{
    /// <summary>Starts to track, or changes what is tracked already.</summary>
    /// <returns>Whether the connection has come to the group: from here on it hears when the user's rights are revoked.</returns>
    public Task<bool> TrackAsync(LocalConnection connection, string key, string userId, PresenceMeta meta, TrackRights rights = default) => InGateAsync(connection, async () =>
    {
        node.ThrowIfDraining();
        ThrowIfClosed(connection);
        var membership = connection.Find(key);
        var isNew = membership is null;
        if (membership?.Join is { } tracked && tracked.UserId != userId)
        {
            await LeaveAsync(connection, membership);
        }

        var entry = new PresenceEntryId(connection.Id, node.Id);
        if (isNew)
        {
            // A leave of an earlier stay that the store did not take: told later, it would end this one.
            await graces.EndAsync(key, entry);
        }

        membership ??= await EnterAsync(connection, key, userId);
        var wasTracked = membership.IsTracked;
        membership.Member.UserId = userId;
        membership.Member.IsWithoutCursor |= rights.WithoutCursor;
        try
        {
            membership.Room.Admit(membership.Member, rights.Audience);
            await JoinAsync(connection, membership, Request(connection, key, userId, meta));
        }
        catch (PresenceRefusedException) when (membership is { Join: null, Watching: false })
        {
            await ExitAsync(connection, membership);
            throw;
        }

        membership.NextMeta = null;
        membership.Room.AllowCursor(membership.Member, !rights.WithoutCursor);
        if (!wasTracked)
        {
            connection.Limits.Told(membership.Room.StateSize);
        }

        // What it may has been decided anew, so it is told anew.
        connection.WasRefusedCursors = false;
        return isNew;
    });

    /// <summary>Leaves at once; also ends the grace of a connection that has ended.</summary>
    public Task UntrackAsync(LocalConnection connection, string key) => InGateAsync(connection, async () =>
    {
        if (await graces.EndAsync(key, new PresenceEntryId(connection.Id, node.Id)) ||
            connection.Find(key) is not { Join: not null } membership)
        {
            return;
        }

        connection.HasUntracked = true;
        await LeaveAsync(connection, membership);
        if (!membership.Watching)
        {
            await ExitAsync(connection, membership);
        }
    });

    /// <summary>The connection has ended. Never fails: what the store does not take now is tried again.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="atOnce">Whether its users leave without grace.</param>
    public Task DisconnectAsync(LocalConnection connection, bool atOnce) => InGateAsync(connection, async () =>
    {
        connection.Closed = true;
        var memberships = connection.Memberships;
        connection.Clear();
        foreach (var membership in memberships)
        {
            membership.Room.Remove(membership.Member);
            if (membership.Join is { } join)
            {
                await EndAsync(join, atOnce);
            }
        }

        foreach (var membership in memberships)
        {
            await ReleaseAsync(membership.Room);
        }
    });

    /// <summary>A fresh state for a group that the connection tracks or watches.</summary>
    public static async Task<object> StateAsync(LocalConnection connection, string key)
    {
        object? state = null;
        await InGateAsync(connection, () =>
        {
            if (connection.Find(key) is { } membership)
            {
                state = connection.Writer.Argument(membership.Room.State(membership.Member));
            }

            return Task.CompletedTask;
        });
        return state ?? throw new PresenceRefusedException($"This connection neither tracks nor watches this group ({new LogId(key)} in the log), so it has no state of it.");
    }

    /// <summary>Joins anew whatever of the connection has been swept or taken out. Until that has worked, the connection is marked for another try.</summary>
    public Task ReassertAsync(LocalConnection connection) => InGateAsync(connection, async () =>
    {
        // Cleared first: if the lease is lost again meanwhile, the mark that says so stays.
        connection.NeedsReassert = false;
        List<Exception> failures = [];
        foreach (var membership in connection.Memberships.Where(membership => membership.IsTracked || membership.Lapsed))
        {
            try
            {
                await JoinAsync(connection, membership, membership.Join! with { KeepMeta = true });
            }
            catch (Exception e)
            {
                connection.NeedsReassert = true;
                failures.Add(e);
            }
        }

        if (failures.Count > 0)
        {
            throw new AggregateException(failures);
        }
    });

    /// <summary>The client has given no sign of life since a moment: its entries leave, the connection stays and may come back.</summary>
    public Task LapseAsync(LocalConnection connection, long silentSince) => InGateAsync(connection, async () =>
    {
        if (connection.LastSeen > silentSince)
        {
            return;
        }

        foreach (var membership in connection.Memberships.Where(membership => membership.IsTracked))
        {
            var join = membership.Join!;

            // Noted first: a request whose answer is lost may have taken effect.
            (connection.NeedsReassert, membership.Lapsed) = (true, true);
            await LeaveAsync(membership, join, PresenceChangeReason.Expired);
            membership.Member.Watch();
            membership.Room.Wake();
        }
    });

    /// <summary>What is asked of the store for a connection that tracks.</summary>
    public PresenceJoin Request(LocalConnection connection, string key, string userId, PresenceMeta meta) => new()
    {
        Key = key,
        Entry = new PresenceEntryId(connection.Id, node.Id),
        UserId = userId,
        Meta = meta,
        Hub = connection.Hub.Name,
        MaxConnectionsPerUser = store.Options.MaxConnectionsPerUser,
    };

    private async Task<Membership> EnterAsync(LocalConnection connection, string key, string userId)
    {
        if (connection.Memberships.Length >= store.Options.MaxGroupsPerConnection)
        {
            throw new PresenceRefusedException($"This connection is in {connection.Memberships.Length} groups; no more are allowed (MaxGroupsPerConnection). Untrack or unwatch one of them first.");
        }

        var room = await rooms.AcquireAsync(key);
        var membership = new Membership(this, connection, room, userId);
        connection.Add(membership);
        if (connection.Hub.HasCursors)
        {
            room.AskForCursors();
        }

        return membership;
    }

    private async Task ExitAsync(LocalConnection connection, Membership membership)
    {
        connection.Remove(membership);
        membership.Room.Remove(membership.Member);
        await ReleaseAsync(membership.Room);
    }

    private async Task ReleaseAsync(Room room)
    {
        try
        {
            await rooms.ReleaseAsync(room);
        }
        catch (Exception e)
        {
            TrackingLog.ReleaseFailed(logger, new LogId(room.Key), new LoggedException(e));
        }
    }

    private async Task JoinAsync(LocalConnection connection, Membership membership, PresenceJoin join)
    {
        var (wasTracked, before) = (membership.IsTracked, membership.Join);
        try
        {
            // Noted first: a request whose answer is lost may have taken effect, and is then ended with the connection.
            membership.Join = join with { KeepMeta = false };
            var commit = await store.JoinAsync(join, commit => membership.Member.Track(commit, join.UserId));
            if (commit.Outcome == PresenceOutcome.NotFound)
            {
                // Asserted anew, and the application has removed the user meanwhile.
                membership.Lapsed = false;
                membership.Member.Watch();
                membership.Room.Wake();
                await ChangeGroupAsync(connection, join.Key, add: false);
                return;
            }
        }
        catch (PresenceRefusedException)
        {
            membership.Join = before;
            throw;
        }

        membership.Lapsed = false;
        membership.Room.Wake();
        if (!wasTracked)
        {
            await ChangeGroupAsync(connection, join.Key, add: true);
        }
    }

    private async Task LeaveAsync(LocalConnection connection, Membership membership)
    {
        var join = membership.Join!;
        await LeaveAsync(membership, join, PresenceChangeReason.Requested);
        (membership.Join, membership.Lapsed) = (null, false);
        if (membership.Watching)
        {
            // Others are on their way out of the room, or track anew: they are not told that they only watch.
            membership.Member.Watch();
            membership.Room.Wake();
        }

        await ChangeGroupAsync(connection, join.Key, add: false);
    }

    /// <summary>The cursor stands still from before the leave on, so that no move comes after its end.</summary>
    private async Task LeaveAsync(Membership membership, PresenceJoin join, PresenceChangeReason reason)
    {
        membership.Member.Leaves = true;
        try
        {
            await store.LeaveAsync(join.Key, join.UserId, PresenceTarget.Of(join.Entry), reason);
        }
        catch
        {
            membership.Member.Leaves = false;
            throw;
        }
    }

    private async Task EndAsync(PresenceJoin join, bool atOnce)
    {
        var grace = atOnce ? TimeSpan.Zero : store.Options.LeaveGracePeriod;
        try
        {
            if (grace == TimeSpan.Zero)
            {
                await store.LeaveAsync(join.Key, join.UserId, PresenceTarget.Of(join.Entry), PresenceChangeReason.Disconnected);
            }
            else if ((await store.HoldAsync(join.Key, join.UserId, join.Entry)).Held)
            {
                graces.Add(join.Key, join.UserId, join.Entry, grace);
            }
        }
        catch (Exception e)
        {
            TrackingLog.LeaveFailed(logger, new LogId(join.UserId), new LogId(join.Key), grace + store.Options.NodeHeartbeatInterval, new LoggedException(e));
            graces.Add(join.Key, join.UserId, join.Entry, grace + store.Options.NodeHeartbeatInterval);
        }
    }

    /// <summary>For a connection whose user was removed: in its turn, and only if it has not tracked anew meanwhile.</summary>
    public Task LeaveGroupAsync(LocalConnection connection, string key) => InGateAsync(connection, () =>
        connection.Find(key) is { IsTracked: true } ? Task.CompletedTask : ChangeGroupAsync(connection, key, add: false));

    private async Task ChangeGroupAsync(LocalConnection connection, string key, bool add)
    {
        try
        {
            // Never for a connection that has ended: SignalR does that itself, and a backplane would wait for an answer that nobody gives.
            if (!connection.Closed)
            {
                var name = rooms.Find(key)?.GroupName ?? PresenceGroups.Name(key);
                await (add ? connection.Groups.AddToGroupAsync(connection.Id, name) : connection.Groups.RemoveFromGroupAsync(connection.Id, name));
            }
        }
        catch (Exception e)
        {
            TrackingLog.GroupFailed(logger, new LogId(key), new LoggedException(e));
        }
    }

    private static Membership Tracked(LocalConnection connection, string key) =>
        connection.Find(key) is { } membership && (membership.IsTracked || membership.Lapsed)
            ? membership
            : throw NotTracked(key);

    private static PresenceRefusedException NotTracked(string key) =>
        new($"This connection does not track this group ({new LogId(key)} in the log). Track it first (TrackPresenceAsync).");

    private static void ThrowIfClosed(LocalConnection connection)
    {
        if (connection.Closed)
        {
            throw new PresenceRefusedException("This connection has ended; nothing can be tracked on it.");
        }
    }

    private static async Task InGateAsync(LocalConnection connection, Func<Task> step) => await InGateAsync(connection, async () =>
    {
        await step();
        return true;
    });

    private static Task<T> InGateAsync<T>(LocalConnection connection, Func<Task<T>> step) => connection.InTurnAsync(step);
}
