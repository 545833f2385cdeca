namespace Djust.Presence;

/// <content>Seeing a group without being in it, and no longer being allowed to.</content>
internal sealed partial class PresenceTracker
{
    /// <summary>Sees the group without being in it.</summary>
    /// <returns>As <see cref="TrackAsync"/>.</returns>
    public Task<bool> WatchAsync(LocalConnection connection, string key, string userId, PresenceAudience? audience = null) => InGateAsync(connection, async () =>
    {
        ThrowIfClosed(connection);
        var membership = connection.Find(key);
        var isNew = membership is null;
        membership ??= await EnterAsync(connection, key, userId);
        if (!membership.IsTracked)
        {
            membership.Member.UserId = userId;
            await AdmitAsync(connection, membership, audience);
        }

        membership.Watching = true;
        if (!membership.IsTracked)
        {
            connection.Limits.Told(membership.Room.StateSize);
            membership.Member.Watch();
            membership.Room.Wake();
        }

        return isNew;
    });

    private async Task AdmitAsync(LocalConnection connection, Membership membership, PresenceAudience? audience)
    {
        try
        {
            membership.Room.Admit(membership.Member, audience);
        }
        catch (PresenceRefusedException) when (membership is { Join: null, Watching: false })
        {
            await ExitAsync(connection, membership);
            throw;
        }
    }

    /// <summary>The user of the connection may no longer see the group: it leaves it at once, and is told that nobody is there.</summary>
    public Task RevokeAsync(LocalConnection connection, string key, string userId) => InGateAsync(connection, async () =>
    {
        if (connection.Find(key) is not { } membership || membership.Member.UserId != userId)
        {
            return;
        }

        // Out of the room first: nothing more of the group reaches it, whether or not the store answers.
        await ExitAsync(connection, membership);
        _ = connection.Writer.WriteAsync(membership.Room.Farewell).AsTask();
        var ended = membership.Join;
        (membership.Join, membership.NextMeta) = (null, null);
        if (ended is { } join)
        {
            await EndAsync(join, atOnce: true);
            await ChangeGroupAsync(connection, key, add: false);
        }
    });

    /// <summary>The user of the connection may no longer show a pointer in the group.</summary>
    public static Task ForbidCursorAsync(LocalConnection connection, string key, string userId) => InGateAsync(connection, () =>
    {
        if (connection.Find(key) is { } membership && membership.Member.UserId == userId)
        {
            membership.Room.AllowCursor(membership.Member, false);
        }

        return Task.CompletedTask;
    });

    /// <summary>Sees the group no longer, unless it tracks it.</summary>
    public Task UnwatchAsync(LocalConnection connection, string key) => InGateAsync(connection, async () =>
    {
        if (connection.Find(key) is { Watching: true } membership)
        {
            membership.Watching = false;
            if (!membership.IsTracked && !membership.Lapsed)
            {
                if (membership.Join is not null)
                {
                    // Its track was not answered, and may have taken effect.
                    await LeaveAsync(connection, membership);
                }

                await ExitAsync(connection, membership);
            }
        }
    });
}
