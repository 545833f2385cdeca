using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Matching;
using Microsoft.AspNetCore.SignalR;

namespace Djust.Presence;

/// <summary>
/// Stands before the endpoints of presence hubs: refuses pages of foreign origins, and prepares the request before the connection takes the
/// response over. The visitor's cookie can still be set, and the route values are kept for transports whose connection outlives the request.
/// Other endpoints are not touched.
/// </summary>
internal sealed class PresenceEndpointPolicy(OriginGuard origins, VisitorIdentity visitors) : MatcherPolicy, IEndpointSelectorPolicy
{
    /// <summary>SignalR's own: the secret of the connection, and the caller's token. In a key they would be published.</summary>
    private static readonly HashSet<string> Secrets = new(StringComparer.OrdinalIgnoreCase) { "id", "access_token" };

    private readonly ConditionalWeakTable<Endpoint, Endpoint> _guarded = [];

    /// <summary>After the framework's own policies, so that it sees what is left.</summary>
    public override int Order => 10_000;

    public bool AppliesToEndpoints(IReadOnlyList<Endpoint> endpoints) => endpoints.Any(IsPresenceHub);

    public Task ApplyAsync(HttpContext httpContext, CandidateSet candidates)
    {
        for (var i = 0; i < candidates.Count; i++)
        {
            if (candidates.IsValidCandidate(i) && candidates[i].Endpoint is { } endpoint && IsPresenceHub(endpoint))
            {
                candidates.ReplaceEndpoint(i, _guarded.GetValue(endpoint, Guard), candidates[i].Values);
            }
        }

        return Task.CompletedTask;
    }

    /// <summary>
    /// The same endpoint with the guard before it. Not here, while routing: applications that do not call UseRouting are routed before their
    /// UseForwardedHeaders has run, and the scheme and host would be the proxy's.
    /// </summary>
    private Endpoint Guard(Endpoint endpoint)
    {
        return endpoint is RouteEndpoint route
            ? new RouteEndpoint(InvokeAsync, route.RoutePattern, route.Order, route.Metadata, route.DisplayName)
            : new Endpoint(InvokeAsync, endpoint.Metadata, endpoint.DisplayName);

        // Without a task of its own that waits for as long as the connection lives.
        Task InvokeAsync(HttpContext context)
        {
            var admitted = origins.AdmitAsync(context);
            return admitted.IsCompletedSuccessfully ? ContinueAsync(context, admitted.Result) : AwaitAsync(context, admitted);
        }

        async Task AwaitAsync(HttpContext context, ValueTask<bool> admitted) => await ContinueAsync(context, await admitted);

        Task ContinueAsync(HttpContext context, bool isAdmitted)
        {
            if (!isAdmitted)
            {
                return Task.CompletedTask;
            }

            context.Items[typeof(PresenceEndpointPolicy)] = new RouteValueDictionary(context.Request.RouteValues);
            visitors.GetOrCreate(context);
            return endpoint.RequestDelegate!(context);
        }
    }

    /// <summary>
    /// Drops what was kept of the request for transports whose connection outlives it, if the connection's does not. Thousands of idle
    /// connections would each keep the tables of it.
    /// </summary>
    /// <returns>The visitor's id, for the connection to keep; null where the request keeps it.</returns>
    public static string? Release(HttpContext context)
    {
        if (!LastsAsLongAsItsConnection(context))
        {
            return null;
        }

        var items = context.Items;
        items.Remove(typeof(PresenceEndpointPolicy));
        var visitor = VisitorIdentity.Take(context);
        if (items.Count == 0 && context.Features.Get<IItemsFeature>() is ItemsFeature)
        {
            // Made anew when somebody asks for it. The context itself lets go of it with the next thing that it is asked for.
            context.Features.Set<IItemsFeature>(null);
            _ = context.User;
        }

        return visitor;
    }

    /// <summary>A variable's value: from the route, else from the query string, where it must stand once.</summary>
    public static string? Value(HttpContext? context, string variable)
    {
        if (context is null)
        {
            return null;
        }

        var route = !LastsAsLongAsItsConnection(context) && context.Items.TryGetValue(typeof(PresenceEndpointPolicy), out var kept)
            ? (RouteValueDictionary)kept!
            : context.Request.RouteValues;
        if (route.TryGetValue(variable, out var value) && value is not null)
        {
            return Decode(context, Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture)!);
        }

        if (Secrets.Contains(variable))
        {
            throw new PresenceArgumentException($"The presence key needs a value for {{{variable}}} in the route: in a query string SignalR uses \"{variable}\" for a secret of its own.");
        }

        var query = context.Request.Query[variable];
        return query.Count > 1
            ? throw new PresenceArgumentException($"The query string gives {{{variable}}} {query.Count} times; a presence key needs one value.")
            : query.ToString();
    }

    private static bool LastsAsLongAsItsConnection(HttpContext context) => context.WebSockets.IsWebSocketRequest;

    /// <summary>
    /// Routing decodes all of a segment but an encoded slash, so that "a%2Fb" and "a%252Fb" would be one value. The request line tells them apart.
    /// </summary>
    private static string Decode(HttpContext context, string value)
    {
        if (!value.Contains("%2F", StringComparison.OrdinalIgnoreCase))
        {
            return value;
        }

        var raw = context.Features.Get<IHttpRequestFeature>()?.RawTarget.Split('?')[0].Split('/') ?? [];
        var routed = (context.Request.PathBase + context.Request.Path).Value!.Split('/');
        var segment = raw.Length == routed.Length ? Array.IndexOf(routed, value) : -1;
        return segment < 0 ? value : Uri.UnescapeDataString(raw[segment]);
    }

    private static bool IsPresenceHub(Endpoint endpoint) =>
        endpoint.Metadata.GetMetadata<HubMetadata>() is { } hub && PresenceHubDescriptor.IsPresenceHub(hub.HubType);
}
