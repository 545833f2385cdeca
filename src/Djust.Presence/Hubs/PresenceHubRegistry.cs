using System.Collections.Concurrent;
using System.Reflection;
using Microsoft.AspNetCore.SignalR;

namespace Djust.Presence;

/// <summary>The presence hubs of this application: known from the moment they are mapped, so that a node can run the callbacks of connections that another node held.</summary>
internal sealed class PresenceHubRegistry(IServiceProvider services)
{
    private static readonly MethodInfo CreateMethod =
        typeof(PresenceHubRegistry).GetMethod(nameof(Create), BindingFlags.Instance | BindingFlags.NonPublic)!;

    private readonly ConcurrentDictionary<string, PresenceHubDescriptor> _hubs = new(StringComparer.Ordinal);

    /// <summary>The descriptor of a presence hub.</summary>
    public PresenceHubDescriptor Get(Type type) =>
        _hubs.TryGetValue(type.FullName ?? type.Name, out var known)
            ? known
            : _hubs.GetOrAdd(type.FullName ?? type.Name, (PresenceHubDescriptor)Invoke(CreateMethod.MakeGenericMethod(type)));

    /// <summary>
    /// The hubs whose callback runs for a change: all whose template makes its key, so that each of several hubs on one group hears of joins
    /// and leaves alike; and the one that the connection came through, for a key that no template makes.
    /// </summary>
    public IEnumerable<PresenceHubDescriptor> Serving(PresenceChange change) => _hubs.Values.Where(hub =>
        hub.Handles(change.Kind) && (hub.Serves(change.Key) || hub.Name == change.Hub));

    private object Invoke(MethodInfo create)
    {
        try
        {
            return create.Invoke(this, null)!;
        }
        catch (TargetInvocationException e) when (e.InnerException is { } inner)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(inner);
            throw;
        }
    }

    private PresenceHubDescriptor Create<THub>()
        where THub : Hub =>
        new(
            typeof(THub),
            change => PresenceCallback.InvokeAsync<THub>(services, change),
            (caller, key, point) => CursorCallback.InvokeAsync<THub>(services, caller, key, point));
}
