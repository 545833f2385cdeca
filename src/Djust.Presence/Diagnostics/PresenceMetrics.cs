using System.Diagnostics.Metrics;

namespace Djust.Presence;

/// <summary>The meter <c>Djust.Presence</c>. Never tagged by key or user: both are unbounded and say who is where.</summary>
internal sealed class PresenceMetrics
{
    public const string MeterName = "Djust.Presence";

    private readonly Meter _meter;
    private readonly Counter<long> _changes;
    private readonly Counter<long> _eventsDropped;
    private readonly Counter<long> _aborted;
    private readonly UpDownCounter<long> _connections;

    public PresenceMetrics(IMeterFactory meters)
    {
        var meter = _meter = meters.Create(MeterName);
        _changes = meter.CreateCounter<long>("djust.presence.changes", "{change}", "Joins, updates and leaves that this node committed.");
        _eventsDropped = meter.CreateCounter<long>("djust.presence.events.dropped", "{event}", "Application events that a slow connection did not get.");
        _aborted = meter.CreateCounter<long>("djust.presence.connections.aborted", "{connection}", "Connections that were ended for a flood of messages.");
        _connections = meter.CreateUpDownCounter<long>("djust.presence.connections", "{connection}", "Open connections of presence hubs.");
    }

    public void Committed(PresenceChange change) => _changes.Add(
        1,
        new KeyValuePair<string, object?>("kind", Name(change.Kind)),
        new KeyValuePair<string, object?>("reason", Name(change.Reason)));

    /// <summary>Reports the rooms of this node whenever somebody asks.</summary>
    /// <param name="count">How many are open.</param>
    /// <param name="quiet">How long the store has said nothing to any of them; null where none is open.</param>
    public void Observe(Func<int> count, Func<TimeSpan?> quiet)
    {
        _meter.CreateObservableUpDownCounter("djust.presence.rooms", count, "{room}", "Groups with connections on this node.");
        _meter.CreateObservableGauge(
            "djust.presence.quiet",
            () => quiet() is { } time ? [new Measurement<double>(time.TotalSeconds)] : Array.Empty<Measurement<double>>(),
            "s",
            "How long the store has said nothing to any group with connections on this node.");
    }

    public void EventsDropped(int count) => _eventsDropped.Add(count);

    public void ConnectionAborted() => _aborted.Add(1);

    public void Connected() => _connections.Add(1);

    public void Disconnected() => _connections.Add(-1);

    private static string Name(PresenceChangeKind kind) => kind switch
    {
        PresenceChangeKind.Join => "join",
        PresenceChangeKind.Update => "update",
        PresenceChangeKind.Leave => "leave",
        _ => "connections",
    };

    private static string Name(PresenceChangeReason reason) => reason switch
    {
        PresenceChangeReason.Disconnected => "disconnected",
        PresenceChangeReason.Expired => "expired",
        PresenceChangeReason.NodeLost => "node_lost",
        PresenceChangeReason.Removed => "removed",
        _ => "requested",
    };
}
