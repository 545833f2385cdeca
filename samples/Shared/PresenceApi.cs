using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Djust.Presence.Samples;

/// <summary><c>GET /api/presence/{key}</c>: who is in a group, for those who want JSON instead of a page.</summary>
public static class PresenceApi
{
    private const string Path = "/api/presence/";

    public static void MapPresenceApi(this WebApplication app) => app.MapMethods(Path + "{**key}", [HttpMethods.Get, HttpMethods.Head], async (HttpContext context, IPresenceManager presence) =>
    {
        try
        {
            var presences = await presence.ListPresencesAsync(Key(context), context.RequestAborted);
            return Results.Json(new { count = presences.Count, presences = presences.Select(Describe) });
        }
        catch (ArgumentException e)
        {
            return Results.Problem(e.Message, statusCode: StatusCodes.Status400BadRequest);
        }
    });

    /// <summary>From the request line: in the route value an encoded slash and the text "%2F" look the same.</summary>
    private static string Key(HttpContext context)
    {
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.Split('?')[0];
        var start = target.IndexOf(Path, StringComparison.OrdinalIgnoreCase);
        return start < 0 ? string.Empty : Uri.UnescapeDataString(target[(start + Path.Length)..]);
    }

    private static object Describe(Presence presence) => new
    {
        presence.Id,
        JoinedAt = presence.JoinedAt.UtcDateTime,
        Meta = presence.GetMeta<JsonElement>(),
        Connections = presence.Connections.Select(connection => new { connection.Ref }),
    };
}
