using System.Collections.Concurrent;

namespace Djust.Presence;

/// <summary>The open connections of presence hubs on this node.</summary>
internal sealed class ConnectionRegistry(PresenceMetrics metrics)
{
    private readonly ConcurrentDictionary<string, LocalConnection> _connections = new(StringComparer.Ordinal);

    public int Count => _connections.Count;

    public IEnumerable<LocalConnection> All => _connections.Select(pair => pair.Value);

    public void Add(LocalConnection connection)
    {
        if (_connections.TryAdd(connection.Id, connection))
        {
            metrics.Connected();
        }
    }

    public void Remove(LocalConnection connection)
    {
        if (_connections.TryRemove(KeyValuePair.Create(connection.Id, connection)))
        {
            metrics.Disconnected();
        }
    }
}
