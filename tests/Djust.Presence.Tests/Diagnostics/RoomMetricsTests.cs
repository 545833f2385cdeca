using System.Diagnostics.Metrics;
using Djust.Presence.Tests.Hosting;
using FluentAssertions;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Djust.Presence.Tests.Diagnostics;

public sealed class RoomMetricsTests
{
    [Fact]
    public async Task Operators_see_how_many_groups_are_open_and_how_long_the_store_has_told_them_nothing()
    {
        var time = new FakeTimeProvider();
        await using var server = await PresenceServer.StartAsync(
            app => app.MapHub<WatcherHub>("/hubs/watch/{docId}"),
            builder =>
            {
                builder.Services.AddSingleton<TimeProvider>(time);
                builder.Services.AddSignalR().AddPresence();
            });
        var meters = server.Services.GetRequiredService<IMeterFactory>();
        using var rooms = new MetricCollector<int>(meters, PresenceMetrics.MeterName, "djust.presence.rooms");
        using var quiet = new MetricCollector<double>(meters, PresenceMetrics.MeterName, "djust.presence.quiet");
        Last(rooms).Should().Be(0);
        Last(quiet).Should().BeNull("there is nobody whom a silence could deceive");

        await using var one = await PresenceClient.ConnectAsync(server, "/hubs/watch/1");
        await using var two = await PresenceClient.ConnectAsync(server, "/hubs/watch/2");
        await Task.WhenAll(one.StateAsync(), two.StateAsync());
        time.Advance(TimeSpan.FromSeconds(7));
        Last(rooms).Should().Be(2);
        Last(quiet).Should().Be(7);

        await server.Manager.BroadcastAsync("document:1", "still there");
        await Eventually.TrueAsync(() => Last(quiet) == 0, "the store has spoken to one of them");
        rooms.LastMeasurement!.Tags.Should().BeEmpty();
        quiet.LastMeasurement!.Tags.Should().BeEmpty();
    }

    private static T? Last<T>(MetricCollector<T> collector)
        where T : struct
    {
        collector.RecordObservableInstruments();
        return collector.LastMeasurement?.Value;
    }
}
