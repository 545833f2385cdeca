using System.Security.Claims;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.SignalR;

namespace Djust.Presence;

/// <summary>What the members of <see cref="PresenceHub"/> and of the mixin do. Whatever is wrong with a request becomes a <see cref="HubException"/> that says so.</summary>
internal static class HubPresence
{
    public static Task TrackAsync<THub>(THub hub, string? key, object? meta)
        where THub : Hub, IPresenceMixin => GuardAsync(async () =>
    {
        var session = Session(hub);
        var (group, userId) = (Key(hub, session, key), UserId(hub, session));
        var checkedMeta = Meta(hub, session, userId, meta);
        var connection = Connection(session);
        await connection.Limits.TurnAsync(hub.Context.ConnectionAborted);
        await AuthorizeAsync(hub, session, group, userId, PresenceOperation.Track);

        // Only who may track takes a turn of the room. A revocation meanwhile ends what is tracked, and makes this a new one, which is asked about again.
        await session.Services.Tracker.TurnToChangeAsync(connection, group, hub.Context.ConnectionAborted);
        var withoutCursor = !await MayShowCursorAsync(hub, session, group, userId);
        if (!await session.Services.Tracker.TrackAsync(connection, group, userId, checkedMeta, new TrackRights(Audience(hub, session, group, userId), withoutCursor)))
        {
            return;
        }

        await ConfirmAsync(hub, session, group, userId, PresenceOperation.Track);
        if (!withoutCursor)
        {
            await ConfirmCursorAsync(hub, session, group, userId);
        }
    });

    public static Task UntrackAsync<THub>(THub hub, string? key)
        where THub : Hub, IPresenceMixin => GuardAsync(() =>
    {
        var session = Session(hub);
        return session.Services.Tracker.UntrackAsync(Connection(session), Key(hub, session, key));
    });

    public static Task UpdateAsync<THub>(THub hub, string? key, object? meta)
        where THub : Hub, IPresenceMixin => GuardAsync(async () =>
    {
        var session = Session(hub);
        var connection = Connection(session);
        if (!await session.Services.Tracker.UpdateAsync(connection, Key(hub, session, key), Meta(hub, session, UserId(hub, session), meta)))
        {
            await connection.Limits.PutOffAsync(hub.Context.ConnectionAborted);
        }
    });

    public static Task WatchAsync<THub>(THub hub, string? key)
        where THub : Hub, IPresenceMixin => GuardAsync(async () =>
    {
        var session = Session(hub);
        var (group, userId) = (Key(hub, session, key), UserId(hub, session));
        await Connection(session).Limits.TurnAsync(hub.Context.ConnectionAborted);
        await AuthorizeAsync(hub, session, group, userId, PresenceOperation.Watch);
        if (await session.Services.Tracker.WatchAsync(Connection(session), group, userId, Audience(hub, session, group, userId)))
        {
            await ConfirmAsync(hub, session, group, userId, PresenceOperation.Watch);
        }
    });

    public static Task UnwatchAsync<THub>(THub hub, string? key)
        where THub : Hub, IPresenceMixin => GuardAsync(() =>
    {
        var session = Session(hub);
        return session.Services.Tracker.UnwatchAsync(Connection(session), Key(hub, session, key));
    });

    public static Task<IReadOnlyList<Presence>> ListAsync<THub>(THub hub, string? key)
        where THub : Hub, IPresenceMixin => GuardAsync(() =>
    {
        var session = Session(hub);
        return session.Services.Manager.ListPresencesAsync(Key(hub, session, key)).AsTask();
    });

    public static async Task<int> CountAsync<THub>(THub hub, string? key)
        where THub : Hub, IPresenceMixin => (await ListAsync(hub, key)).Count;

    public static Task BroadcastAsync<THub>(THub hub, string? key, string @event, object? payload)
        where THub : Hub, IPresenceMixin => GuardAsync(() =>
    {
        var session = Session(hub);
        return session.Services.Manager.BroadcastAsync(Key(hub, session, key), @event, payload);
    });

    public static Task HeartbeatAsync(Hub hub) => GuardAsync(async () =>
    {
        var session = Session(hub);
        var connection = Connection(session);
        connection.Seen(session.Services.Time.GetTimestamp());
        if (connection.NeedsReassert)
        {
            await session.Services.Tracker.ReassertAsync(connection);
        }
    });

    public static Task<object> SyncAsync(Hub hub, string key) => GuardAsync(async () =>
    {
        var connection = Connection(Session(hub));
        if (key is not null && connection.Find(key) is { } membership)
        {
            await connection.Limits.StateAsync(membership.Room.StateSize, hub.Context.ConnectionAborted);
        }

        return await PresenceTracker.StateAsync(connection, key ?? throw new PresenceArgumentException("PresenceSync needs the presence key of a group that this connection tracks or watches."));
    });

    public static string DefaultKey(Hub hub)
    {
        var session = Session(hub);
        if (session.CallbackKey is { } callbackKey)
        {
            return callbackKey;
        }

        var descriptor = session.Services.Hubs.Get(hub.GetType());
        var http = hub.Context.GetHttpContext();
        return descriptor.Template?.Format(variable => PresenceEndpointPolicy.Value(http, variable)) ?? descriptor.Name;
    }

    public static string DefaultUserId(Hub hub)
    {
        var session = Session(hub);
        if (hub.Context.UserIdentifier is not { Length: > 0 } authenticated)
        {
            return session.VisitorId(hub.Context.GetHttpContext());
        }

        return session.CallbackKey is null && VisitorIdentity.IsVisitorId(authenticated)
            ? throw new PresenceArgumentException("This authenticated user id has the form of an anonymous visitor's id, so it could stand for somebody else. Override GetPresenceUserId to give it another form.")
            : authenticated;
    }

    /// <summary>Whether the application handles cursor moves itself.</summary>
    public static bool HandlesCursors(Hub hub) => Connection(Session(hub)).Hub.HandlesCursors;

    public static PresenceSession Session(Hub hub) => hub.Context.Features.Get<PresenceSession>() ??
        throw new InvalidOperationException($"{hub.GetType().Name} uses presence, but presence is not set up. Call builder.Services.AddSignalR().AddPresence() at start.");

    public static LocalConnection Connection(PresenceSession session) => session.Connection ??
        throw new PresenceRefusedException("A presence callback runs on behalf of no connection, so it cannot track, update, watch or heartbeat. Use IPresenceManager there.");

    public static string Key(IPresenceMixin hub, PresenceSession session, string? key) =>
        PresenceText.CheckKey(key ?? session.CallbackKey ?? hub.GetPresenceKey(), session.Services.Options.Value);

    /// <summary>Whose view of a group the caller gets; null where everybody sees all.</summary>
    public static PresenceAudience? Audience<THub>(THub hub, PresenceSession session, string key, string? userId = null)
        where THub : Hub, IPresenceMixin => session.Services.Projector.IsNeeded
        ? session.Services.Projector.AudienceOf(new PresenceViewer
        {
            Key = key,
            UserId = userId ?? UserId(hub, session),
            User = Principal(hub),
            HubType = hub.GetType(),
        })
        : null;

    private static ClaimsPrincipal Principal(Hub hub) => hub.Context.User ?? new ClaimsPrincipal(new ClaimsIdentity());

    private static string UserId(IPresenceMixin hub, PresenceSession session) =>
        PresenceText.CheckUserId(hub.GetPresenceUserId(), session.Services.Options.Value);

    /// <summary>An authenticated user's meta gets <c>name</c> and <c>user_id</c> where the application gave none.</summary>
    private static PresenceMeta Meta(Hub hub, PresenceSession session, string userId, object? meta)
    {
        var options = session.Services.Options.Value;
        var limits = new PresenceMetaLimits(options.MaxMetaBytes, options.MaxMetaDepth);
        var given = PresenceMeta.From(meta, limits);
        if (hub.Context.User?.Identity is not { IsAuthenticated: true } identity)
        {
            return given;
        }

        var name = given.TryGetValue("name", out _) ? null : identity.Name;
        var id = given.TryGetValue("user_id", out _) ? null : userId;
        if (name is null && id is null)
        {
            return given;
        }

        var fields = JsonNode.Parse(given.Utf8Json.Span)!.AsObject();
        AddField(fields, "name", name);
        AddField(fields, "user_id", id);
        return PresenceMeta.From(fields, limits);
    }

    private static void AddField(JsonObject fields, string name, string? value)
    {
        if (value is not null)
        {
            fields[name] = value;
        }
    }

    private static async Task AuthorizeAsync(Hub hub, PresenceSession session, string key, string userId, PresenceOperation operation)
    {
        if (!await AllowsAsync(hub, session, key, userId, operation))
        {
            var what = operation == PresenceOperation.Track ? "track" : "watch";
            throw new PresenceRefusedException($"You are not allowed to {what} this group ({new LogId(key)} in the log).");
        }
    }

    /// <summary>Whether the caller's pointer may be shown; hubs without cursors are not asked about.</summary>
    private static async ValueTask<bool> MayShowCursorAsync(Hub hub, PresenceSession session, string key, string userId) =>
        !Connection(session).Hub.HasCursors || await AllowsAsync(hub, session, key, userId, PresenceOperation.Cursor);

    private static ValueTask<bool> AllowsAsync(Hub hub, PresenceSession session, string key, string userId, PresenceOperation operation)
    {
        var descriptor = session.Services.Hubs.Get(hub.GetType());
        return session.Services.Authorizer.AuthorizeAsync(
            new PresenceAuthorizationContext
            {
                User = Principal(hub),
                UserId = userId,
                Key = key,
                Operation = operation,
                HubType = descriptor.Type,
                Policy = operation == PresenceOperation.Cursor ? descriptor.CursorPolicy : descriptor.Policy,
                HttpContext = hub.Context.GetHttpContext(),
            },
            hub.Context.ConnectionAborted);
    }

    /// <summary>Asks again once the connection hears of revocations: one that came between the question and that moment would else be missed.</summary>
    private static async Task ConfirmAsync(Hub hub, PresenceSession session, string key, string userId, PresenceOperation operation)
    {
        try
        {
            await AuthorizeAsync(hub, session, key, userId, operation);
        }
        catch
        {
            await session.Services.Tracker.RevokeAsync(Connection(session), key, userId);
            throw;
        }
    }

    private static async Task ConfirmCursorAsync(Hub hub, PresenceSession session, string key, string userId)
    {
        var allowed = false;
        try
        {
            allowed = await MayShowCursorAsync(hub, session, key, userId);
        }
        finally
        {
            if (!allowed)
            {
                await PresenceTracker.ForbidCursorAsync(Connection(session), key, userId);
            }
        }
    }

    private static async Task GuardAsync(Func<Task> action) => await GuardAsync(async () =>
    {
        await action();
        return true;
    });

    public static async Task<T> GuardAsync<T>(Func<Task<T>> action)
    {
        try
        {
            return await action();
        }
        catch (Exception e) when (e is PresenceArgumentException or PresenceRefusedException)
        {
            // SignalR logs what a hub method throws, with all that caused it: the message alone says enough, and quotes nobody.
            throw new HubException(e.Message);
        }
    }
}
