using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Djust.Presence.Tests.Limits;

/// <summary>The limits of a node on a clock that stands still, with what they log.</summary>
internal sealed class LimitsHarness : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();

    private readonly NodeIntake _intake;

    public LimitsHarness(int messagesPerSecond = 1_000, int updatesPerSecond = 10)
    {
        var options = new PresenceOptions { MessagesPerSecond = messagesPerSecond, UpdatesPerSecond = updatesPerSecond };
        _intake = new NodeIntake(Time, messagesPerSecond, processors: 2);
        Limits = new HubLimits(Options.Create(options), Time, _intake, new PresenceMetrics(_services.GetRequiredService<IMeterFactory>()), Logger);
    }

    public FakeTimeProvider Time { get; } = new();

    public FakeLogger<HubLimits> Logger { get; } = new();

    public HubLimits Limits { get; }

    public IReadOnlyList<FakeLogRecord> Warnings => [.. Logger.Collector.GetSnapshot().Where(record => record.Level == LogLevel.Warning)];

    public void Dispose()
    {
        _intake.Dispose();
        _services.Dispose();
    }

    public sealed class Client(string? userId = null) : IPacedClient
    {
        public string? UserId { get; } = userId;

        public int Aborts { get; private set; }

        public int HeardTimes { get; private set; }

        public void Heard() => HeardTimes++;

        public void Abort() => Aborts++;
    }
}
