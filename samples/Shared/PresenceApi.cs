using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Djust.Presence.Samples;

/// <summary>
/// <c>GET /api/presence/{key}</c>: who is in a group, and <c>GET /api/cursors/{key}</c>: where they point, for those who want JSON instead of a page.
/// </summary>
public static class PresenceApi
{
    private const string Presences = "/api/presence/";
    private const string Cursors = "/api/cursors/";

    public static void MapPresenceApi(this WebApplication app)
    {
        app.MapKeyed(Presences, async (key, context) =>
        {
            var presences = await context.RequestServices.GetRequiredService<IPresenceManager>().ListPresencesAsync(key, context.RequestAborted);
            return new { count = presences.Count, presences = presences.Select(Describe) };
        });
        app.MapKeyed(Cursors, async (key, context) =>
        {
            var cursors = await context.RequestServices.GetRequiredService<CursorTracker>().GetCursorsAsync(key, context.RequestAborted);
            return new { count = cursors.Count, cursors = cursors.Select(cursor => new { Id = cursor.Key, cursor.Value.X, cursor.Value.Y, MovedAt = cursor.Value.Timestamp.UtcDateTime }) };
        });
    }

    private static void MapKeyed(this WebApplication app, string path, Func<string, HttpContext, Task<object>> answer) =>
        app.MapMethods(path + "{**key}", [HttpMethods.Get, HttpMethods.Head], async (HttpContext context) =>
        {
            try
            {
                return Results.Json(await answer(Key(context, path), context));
            }
            catch (ArgumentException e)
            {
                return Results.Problem(e.Message, statusCode: StatusCodes.Status400BadRequest);
            }
        });

    /// <summary>From the request line: in the route value an encoded slash and the text "%2F" look the same.</summary>
    private static string Key(HttpContext context, string path)
    {
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.Split('?')[0];
        var start = target.IndexOf(path, StringComparison.OrdinalIgnoreCase);
        return start < 0 ? string.Empty : Uri.UnescapeDataString(target[(start + path.Length)..]);
    }

    private static object Describe(Presence presence) => new
    {
        presence.Id,
        JoinedAt = presence.JoinedAt.UtcDateTime,
        Meta = presence.GetMeta<JsonElement>(),
        Connections = presence.Connections.Select(connection => new { connection.Ref }),
    };
}
