using Microsoft.AspNetCore.SignalR;

namespace Djust.Presence;

/// <summary>What the cursor members of <see cref="LiveCursorHub"/> and of the mixin do. None of them waits for anything but the application.</summary>
internal static class HubCursors
{
    /// <summary>Takes a client's move: hands it to the application now, or, where the client moves faster than it may, the newest one later.</summary>
    /// <param name="hub">The hub.</param>
    /// <param name="key">The presence key, or null for the connection's own.</param>
    /// <param name="x">The horizontal position.</param>
    /// <param name="y">The vertical position.</param>
    /// <param name="handle">What the application does with it, in this call; null where it does nothing but note it.</param>
    public static Task MoveAsync<THub>(THub hub, string? key, double x, double y, Func<Task>? handle)
        where THub : Hub, IPresenceMixin
    {
        var session = HubPresence.Session(hub);
        var connection = HubPresence.Connection(session);
        var point = Check(x, y);
        var membership = Find(hub, connection, key);
        if (membership is not { IsTracked: true, Member.IsWithoutCursor: false })
        {
            return Refuse(connection, membership);
        }

        connection.WasRefusedCursors = false;
        if (handle is null)
        {
            return membership.Room.ShedCursor(membership.Member, () => Note(membership, point), () => Note(membership, point));
        }

        // Later the hub of this call is no longer there to ask.
        var caller = hub.Context;
        return membership.Room.ShedCursor(membership.Member, handle, () => connection.Hub.MoveCursorAsync(caller, key, point));
    }

    /// <summary>Notes where the calling connection's cursor is.</summary>
    public static Task UpdateAsync<THub>(THub hub, string? key, double x, double y)
        where THub : Hub, IPresenceMixin
    {
        var connection = HubPresence.Connection(HubPresence.Session(hub));
        var point = Check(x, y);
        var membership = Find(hub, connection, key);
        return membership?.Room.MoveCursor(membership.Member, point) == true ? Task.CompletedTask : Refuse(connection, membership);
    }

    public static Task<IReadOnlyDictionary<string, CursorPosition>> GetAsync<THub>(THub hub, string? key)
        where THub : Hub, IPresenceMixin => HubPresence.GuardAsync(async () =>
    {
        var session = HubPresence.Session(hub);
        var group = HubPresence.Key(hub, session, key);
        var cursors = await session.Services.Cursors.GetCursorsAsync(group);

        // A callback has no caller who could be shown them.
        return session.Connection is null || HubPresence.Audience(hub, session, group) is not { } audience
            ? cursors
            : cursors.ToDictionary(
                cursor => cursor.Key,
                cursor => cursor.Value with { Meta = audience.Show(group, cursor.Key, cursor.Value.Meta) },
                StringComparer.Ordinal);
    });

    public static Task ShowAsync<THub>(THub hub, string? key, bool visible)
        where THub : Hub, IPresenceMixin
    {
        var connection = HubPresence.Connection(HubPresence.Session(hub));
        if (Find(hub, connection, key) is not { } membership)
        {
            throw new HubException("This connection neither tracks nor watches the group whose cursors it wants to show or hide.");
        }

        membership.Member.HidesCursors = !visible;
        membership.Room.Wake();
        return Task.CompletedTask;
    }

    private static Task Note(Membership membership, CursorPoint point)
    {
        membership.Room.MoveCursor(membership.Member, point);
        return Task.CompletedTask;
    }

    /// <summary>The membership that a call is about. Where a connection is in one group only, its key needs not be made.</summary>
    private static Membership? Find<THub>(THub hub, LocalConnection connection, string? key)
        where THub : Hub, IPresenceMixin
    {
        var joined = connection.Memberships;
        if (key is null && joined.Length == 1)
        {
            return joined[0];
        }

        var wanted = key ?? hub.GetPresenceKey();
        return Array.Find(joined, membership => membership.Room.Key == wanted);
    }

    /// <summary>Told once: a page that moves cursors before it has joined, after it has left, or where it may not, does so many times a second.</summary>
    private static Task Refuse(LocalConnection connection, Membership? membership)
    {
        if (connection.WasRefusedCursors)
        {
            return Task.CompletedTask;
        }

        connection.WasRefusedCursors = true;
        throw new HubException(membership is { IsTracked: true, Member.IsWithoutCursor: true }
            ? $"You are not allowed to show a cursor in this group ({new LogId(membership.Room.Key)} in the log). Further moves are ignored."
            : "This connection moves a cursor in a group that it does not track. Track it first (TrackPresenceAsync). Further moves are ignored until then.");
    }

    private static CursorPoint Check(double x, double y)
    {
        try
        {
            return CursorPoint.Check(x, y);
        }
        catch (PresenceArgumentException e)
        {
            throw new HubException(e.Message);
        }
    }
}
