using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace Djust.Presence.Tests.Security;

/// <summary>Everything that a server writes to its log, at any level, and every tag of its measurements.</summary>
internal sealed class Recording : IDisposable
{
    private readonly MeterListener _meters = new();
    private readonly ConcurrentQueue<string> _tags = new();

    public Recording()
    {
        _meters.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == PresenceMetrics.MeterName)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _meters.SetMeasurementEventCallback<long>((instrument, _, tags, _) => Note(instrument, tags));
        _meters.SetMeasurementEventCallback<int>((instrument, _, tags, _) => Note(instrument, tags));
        _meters.SetMeasurementEventCallback<double>((instrument, _, tags, _) => Note(instrument, tags));
        _meters.Start();
    }

    public FakeLoggerProvider Logs { get; } = new();

    /// <summary>What was measured, each with its tags.</summary>
    public IReadOnlyCollection<string> Measurements
    {
        get
        {
            _meters.RecordObservableInstruments();
            return _tags;
        }
    }

    /// <summary>What the library has written itself.</summary>
    public IEnumerable<string> Own => Logs.Collector.GetSnapshot().Where(record => record.Category!.StartsWith("Djust.Presence", StringComparison.Ordinal)).Select(Text);

    /// <summary>What SignalR and its transports have written at a level that production keeps.</summary>
    public IEnumerable<string> OfSignalR => Logs.Collector.GetSnapshot()
        .Where(record => record.Level >= LogLevel.Information && (record.Category!.Contains("SignalR", StringComparison.Ordinal) || record.Category.Contains("Connections", StringComparison.Ordinal)))
        .Select(Text);

    public void Dispose()
    {
        _meters.Dispose();
        Logs.Dispose();
    }

    private void Note(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        _tags.Enqueue(instrument.Name + " " + string.Join(' ', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}")));

    /// <summary>As any logger may write it: the line, what is in it as fields, and the exception with all that its properties say.</summary>
    private static string Text(FakeLogRecord record)
    {
        var fields = record.StructuredState?.Select(field => $"{field.Key}={field.Value}") ?? [];
        var text = $"{record.Level} {record.Category} {record.Id} {record.Message} {string.Join(' ', fields)} {record.Exception}";
        for (var exception = record.Exception; exception is not null; exception = exception.InnerException)
        {
            text += $" {exception.Message} {exception.StackTrace} {exception.Source}";
        }

        return text;
    }
}
